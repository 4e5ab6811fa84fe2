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
 * What a CUDA process takes for its context after nvidia-smi has said what is free and before llama.cpp looks, bytes: 120 to 550 MB by card
 * (llama.cpp pull request 20595); an RTX 3090 loses about 400 MiB (nvidia-smi 24,258, llama.cpp's logs about 23,850 MiB free).
 */
const cudaContextBytes = 300 * MiB;

/** Memory that the backend still takes from what a driver reports as free, bytes. Known for discrete CUDA cards only. */
export function contextBytes({ backend, kind, memory }: Pick<Accelerator, 'backend' | 'kind' | 'memory'>): number {
  return backend === 'cuda' && kind === 'discrete' && memory.freeBytes !== null ? cudaContextBytes : 0;
}
