import type { Cpu, MachineMemory } from './types.ts';

/** An unknown CPU. */
export const unknownCpu: Cpu = { brand: null, physicalCores: null, threads: null, quotaCores: null, flags: [] };

/** Unknown RAM. */
export const unknownMemory: MachineMemory = {
  totalBytes: null,
  availableBytes: null,
  limitBytes: null,
  limitedBy: 'none',
  bandwidthBytesPerSecond: null,
};
