import type { Cpu, MachineMemory } from './types.ts';

/** An unknown CPU. */
export const nothingOfCpu: Cpu = { brand: null, physicalCores: null, threads: null, quotaCores: null, flags: [] };

/** Unknown RAM. */
export const nothingOfMemory: MachineMemory = {
  totalBytes: null,
  availableBytes: null,
  limitBytes: null,
  limitedBy: 'none',
  bandwidthBytesPerSecond: null,
};
