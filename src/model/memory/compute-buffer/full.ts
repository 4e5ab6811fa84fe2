import { computeBufferRow, rotationOf } from '../../../data/compute-buffers.ts';
import type { Architecture } from '../../../data/schema.ts';
import type { Load } from '../../types.ts';
import { batchTokens, engineOf, fullCells, keepsKvCopies, slidingCells, streamsOf } from '../load.ts';
import type { ModelShape } from '../shape.ts';

/** Matrices that rotate K and V of a quantized cache (512 x 512, 256 x 256 and two of 64 x 64 in f32), bytes. */
const rotationBytes = (512 * 512 + 256 * 256 + 2 * 64 * 64) * 4;
/** What the allocator rounds up to, bytes. */
const deviceRemainder = 128;
const hostRemainder = 32;
const f16Bytes = 2;

/** Rotation matrices among the inputs of a batch, bytes; none where they lie beside the cache. */
function inputRotationBytes(load: Load): number {
  return load.kvType === 'f16' || rotationOf(engineOf(load)) === 'cache' ? 0 : rotationBytes;
}

/** Compute buffer of a device that holds the whole model, bytes. */
export function fullComputeBytes(shape: ModelShape, load: Load): number {
  const { device, deviceVulkan, deviceQuantizedKv, noFlash } = computeBufferRow(engineOf(load), shape.variant);
  const masks = maskBytesPerToken(shape.architecture, load);
  if (load.flashAttention) {
    const quantized = load.kvType === 'f16' ? 0 : inputRotationBytes(load) + batchTokens(load) * deviceQuantizedKv;
    const perToken = load.backend === 'vulkan' ? Math.max(device, deviceVulkan ?? 0) : device;
    return Math.max(batchTokens(load) * (perToken + masks) + quantized + deviceRemainder, kvCopiesBytes(shape, load));
  }
  const scores = scoreBytesPerToken(shape.architecture, load);
  const perToken = Math.max(noFlash.deviceFeedForward + masks, noFlash.deviceAttention + masks + scores);
  return batchTokens(load) * perToken + deviceRemainder;
}

/**
 * Flash attention of CUDA and ROCm reads f16: a quantized K and V of a full-attention layer is copied whole for each batch (llama.cpp
 * pull request 23907 of 2026-05-30, ggml-cuda/fattn.cu), bytes with the buffers beside it; 0 where nothing is copied.
 */
function kvCopiesBytes({ variant, architecture }: ModelShape, load: Load): number {
  if (!keepsKvCopies(load)) return 0;
  const { attentionWithCopies } = computeBufferRow(engineOf(load), variant);
  const copies = streamsOf(load) * fullCells(load) * 2 * architecture.kv.full.width * f16Bytes;
  const batch = batchTokens(load) * (attentionWithCopies + maskBytesPerToken(architecture, load));
  return batch + copies + inputRotationBytes(load) + deviceRemainder;
}

/** Compute buffer in host memory beside a device that holds the whole model, bytes. */
export function hostComputeBytes({ variant, architecture }: ModelShape, load: Load): number {
  const { host, noFlash } = computeBufferRow(engineOf(load), variant);
  const base = load.flashAttention ? host : noFlash.host;
  return batchTokens(load) * (base + maskBytesPerToken(architecture, load)) + inputRotationBytes(load) + hostRemainder;
}

/** Both attention masks, per token of the micro-batch: f16 with flash attention, f32 without. */
export function maskBytesPerToken(architecture: Architecture, load: Load): number {
  const cells = fullCells(load) + slidingCells(load, architecture.windowTokens);
  return cells * (load.flashAttention ? 2 : 4);
}

/** Scores of one full-attention layer, f32, per token of the micro-batch. */
function scoreBytesPerToken({ queryHeads }: Architecture, load: Load): number {
  return 4 * queryHeads * fullCells(load);
}
