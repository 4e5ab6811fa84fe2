import { rotationOf } from '../../data/compute-buffers.ts';
import { kvBytesPerElement } from '../../data/ids.ts';
import type { Architecture } from '../../data/schema.ts';
import type { Load } from '../types.ts';
import { engineOf, fullCells, pad, slidingCells, streamsOf } from './load.ts';
import { holdsKv, isFullAttention } from './shape.ts';

/** CUDA reads quantized rows in steps of 512 elements and pads the end of a tensor to it, then to 128 bytes (ggml-cuda.cu). */
const rowElements = 512;
const allocationAlignment = 128;

/** KV cache of block i over all sequences, bytes; 0 for a block that reuses another's. */
export function kvBytesOfBlock(architecture: Architecture, block: number, load: Load): number {
  return holdsKv(architecture, block) ? kvBytesOfKind(architecture, isFullAttention(architecture, block), load) : 0;
}

/** KV cache of one block of that kind over all sequences, bytes; `padded`: with what a device adds to its end. */
export function kvBytesOfKind(architecture: Architecture, full: boolean, load: Load, padded = true): number {
  const padding = padded ? paddingOf(architecture, full, load) : 0;
  return (
    streamsOf(load) * kvBytesPerStream(architecture, full, load) + padding + rotationBytes(architecture, full, load)
  );
}

/** K and V of one layer of that kind in one cache, bytes. Without flash attention V is stored at the widest layer's width. */
export function kvBytesPerStream(architecture: Architecture, full: boolean, load: Load): number {
  const { kv, windowTokens } = architecture;
  const width = full ? kv.full.width : kv.sliding.width;
  const valueWidth = load.flashAttention ? width : Math.max(kv.full.width, kv.sliding.width);
  const cells = full ? fullCells(load) : slidingCells(load, windowTokens);
  return cells * (width + valueWidth) * kvBytesPerElement[load.kvType];
}

function paddingOf({ kv }: Architecture, full: boolean, { kvType }: Load): number {
  const { width } = full ? kv.full : kv.sliding;
  const missing = (rowElements - (width % rowElements)) % rowElements;
  return kvType === 'f16' ? 0 : 2 * pad(missing * kvBytesPerElement[kvType], allocationAlignment);
}

/** From v0.8.0 on each layer keeps the matrices that rotate its quantized K and V (head size squared, and 64 x 64, f32). */
function rotationBytes({ headSize }: Architecture, full: boolean, load: Load): number {
  if (load.kvType === 'f16' || rotationOf(engineOf(load)) === 'input') return 0;
  const size = full ? headSize.full : headSize.sliding;
  return 4 * (size ** 2 + 64 ** 2);
}
