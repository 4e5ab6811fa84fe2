import type { Cpu, MachineMemory } from './types.ts';

/** A processor of which nothing is known. */
export const nothingOfCpu: Cpu = { brand: null, physicalCores: null, threads: null, quotaCores: null, flags: [] };

/** RAM of which nothing is known. */
export const nothingOfMemory: MachineMemory = {
  totalBytes: null,
  availableBytes: null,
  limitBytes: null,
  limitedBy: 'none',
  bandwidthBytesPerSecond: null,
};
