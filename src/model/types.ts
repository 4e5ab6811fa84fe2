export {
  type Engine,
  type KvType,
  kvTypes,
  type Quantization,
  quantizations,
  type VariantId,
  variantIds,
} from '../data/ids.ts';

import type { Engine, KvType } from '../data/ids.ts';

/** Bytes in one place (one device, or the host), by what they are for. */
export interface Parts {
  weightsBytes: number;
  kvCacheBytes: number;
  computeBytes: number;
}

/** A load as llama.cpp sees it. */
export interface Load {
  /** Total over all sequences, as llama.cpp's n_ctx. */
  contextTokensTotal: number;
  sequences: number;
  /** n_ubatch: tokens computed at once. */
  microBatch: number;
  kvType: KvType;
  flashAttention: boolean;
  /** Generation of llama.cpp; default: that of the newest known Ollama. */
  engine?: Engine;
  /** Build of llama.cpp ("b10864"), where more is known than its generation; default: the last one of that. */
  llamaCpp?: string;
  /** Sliding-window layers keep the whole context (`--swa-full`, LLAMA_ARG_SWA_FULL); default false. */
  swaFull?: boolean;
  /** One cache shared by all sequences (`--kv-unified`; llama-server without `-np`), where Ollama has one for each; default false. */
  kvUnified?: boolean;
  /**
   * What computes: buffers of CUDA and ROCm hold f16 copies of a quantized KV cache and, for 26b, what fused steps read; newer ones of Metal hold
   * such copies of any KV cache. Default: none, as llama.cpp's own projection tells them for a device that asks for nothing more.
   */
  backend?: LoadBackend;
}

/** Backends of llama.cpp whose compute buffers are known to differ, and those that are known not to. */
export const loadBackends = ['cuda', 'rocm', 'vulkan', 'metal'] as const;
export type LoadBackend = (typeof loadBackends)[number];
