import { MiB } from './quantity.ts';
import type { Backend } from './types.ts';

/**
 * Memory that a backend's process takes before a model is loaded, bytes. Counted only where free memory is predicted: a reading of
 * free memory by the process itself already has it off. Source: Ollama ml/device.go MinimumMemory (457 MiB, Metal 512 MiB).
 */
const overheads: Record<Backend, number> = {
  cuda: 457 * MiB,
  rocm: 457 * MiB,
  metal: 512 * MiB,
  vulkan: 457 * MiB,
  sycl: 457 * MiB,
  none: 0,
};

export function processOverheadBytes(backend: Backend): number {
  return overheads[backend];
}
