export { type KvType, kvTypes, type Quantization, quantizations, type VariantId, variantIds } from '../data/ids.ts';

import type { KvType } from '../data/ids.ts';

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
}
