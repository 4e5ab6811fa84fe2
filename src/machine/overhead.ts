import { runtimes } from '../data/tables.ts';
import { MiB } from '../data/units.ts';
import type { Accelerator, Backend } from './types.ts';

/**
 * Memory that a backend's process takes before a model is loaded, bytes, where free memory is predicted from a card's size.
 * Source: Ollama ml/device.go MinimumMemory (457 MiB, Metal 512 MiB).
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

/**
 * Memory that the backend still takes from what a driver reports as free, bytes. Known for discrete CUDA cards only: a process takes its
 * context after nvidia-smi has said what is free and before llama.cpp looks (data/runtimes.json, by compute capability).
 */
export function contextBytes({
  backend,
  kind,
  memory,
  architecture,
}: Pick<Accelerator, 'backend' | 'kind' | 'memory' | 'architecture'>): number {
  return backend === 'cuda' && kind === 'discrete' && memory.freeBytes !== null ? cudaContextBytes(architecture) : 0;
}

function cudaContextBytes(architecture: string | null): number {
  const row = runtimes.cudaContexts.find(
    ({ architectures }) =>
      architectures === undefined || (architecture !== null && architectures.includes(architecture)),
  );
  if (row === undefined) throw new Error('cudaContexts of data/runtimes.json has no row for all other cards.');
  return row.bytes;
}
