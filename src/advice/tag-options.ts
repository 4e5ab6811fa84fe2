import type { Candidate } from './types.ts';

/** Ollama's parameters that make a tag run as a candidate was placed. */
export interface TagOptions {
  /** Of one sequence: the server multiplies it by OLLAMA_NUM_PARALLEL. */
  num_ctx: number;
  num_batch: number;
  /** Layers on the device; absent: llama.cpp's own fit decides. */
  num_gpu?: number;
  /** Index of the one device to use, among those of its library; absent: Ollama decides. */
  main_gpu?: number;
}

/**
 * What to write into a derived tag. An MLX build takes none of it to heart.
 * @param deviceIndex index of an accelerator among the usable ones of its library, in Ollama's order
 */
export function tagOptionsOf(candidate: Candidate, deviceIndex: (accelerator: string) => number): TagOptions {
  const { workload, reasons, placement } = candidate;
  const pinned = reasons.find(({ code }) => code === 'pinned-layers');
  const alone = reasons.some(({ code }) => code === 'needs-main-gpu');
  const [first] = placement.devices;
  return {
    num_ctx: Math.floor(workload.contextTokens / workload.sequences),
    num_batch: workload.microBatch,
    ...(pinned !== undefined && { num_gpu: placement.gpuLayers }),
    ...(alone && first !== undefined && { main_gpu: deviceIndex(first.accelerator) }),
  };
}
