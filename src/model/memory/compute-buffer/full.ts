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
export function kvCopiesBytes({ variant, architecture }: ModelShape, load: Load): number {
  if (!keepsKvCopies(load)) return 0;
  const { attentionWithCopies } = computeBufferRow(engineOf(load), variant);
  const copies = streamsOf(load) * fullCells(load) * 2 * architecture.kv.full.width * f16Bytes;
  const batch = batchTokens(load) * (attentionWithCopies + maskBytesPerToken(architecture, load));
  return batch + copies + inputRotationBytes(load) + deviceRemainder;
}

/** Compute buffer of a device that holds blocks but not the first ones, while others lie elsewhere and nothing is pipelined, bytes. */
export function laterComputeBytes(shape: ModelShape, load: Load): number {
  if (!load.flashAttention) return fullComputeBytes(shape, load);
  const { later } = computeBufferRow(engineOf(load), shape.variant);
  const batch = batchTokens(load) * (later + maskBytesPerToken(shape.architecture, load));
  return Math.max(batch + inputRotationBytes(load) + deviceRemainder, kvCopiesBytes(shape, load));
}

/** Compute buffer of a device that holds nothing but the head, bytes: the last hidden states, and one row of logits for each sequence. */
export function headComputeBytes({ architecture }: ModelShape, load: Load): number {
  return 4 * (batchTokens(load) * architecture.hiddenSize + load.sequences * architecture.vocabulary);
}

/** Where a device stands in a pipeline: the first, one that follows, or one that reads KV caches of another. */
export type PipelinePlace = 'first' | 'next' | 'reader';

/** Compute buffer of one device of a pipeline that holds the whole model, bytes. Without flash attention, at least the scores on top. */
export function pipelineComputeBytes(shape: ModelShape, load: Load, place: PipelinePlace, copies: number): number {
  const { pipeline } = computeBufferRow(engineOf(load), shape.variant);
  const masks = copies * maskBytesPerToken(shape.architecture, load);
  const plain = fullComputeBytes(shape, { ...load, kvType: 'f16', flashAttention: true });
  const extra = fullComputeBytes(shape, load) - plain + (copies - 1) * inputRotationBytes(load);
  return batchTokens(load) * (pipeline[place] + masks) + extra + deviceRemainder;
}

/** Compute buffer in host memory beside devices, bytes. What lies on the CPU needs little more: its batches are computed on a device. */
export function hostComputeBytes({ variant, architecture }: ModelShape, load: Load, copies = 1, split = false): number {
  const { host, hostPipeline, hostSplit, noFlash } = computeBufferRow(engineOf(load), variant);
  const flash = copies > 1 ? hostPipeline : host;
  const base = (load.flashAttention ? flash : noFlash.host) + (split ? hostSplit : 0);
  const masks = maskBytesPerToken(architecture, load) * copies;
  return batchTokens(load) * (base + masks) + copies * inputRotationBytes(load) + hostRemainder;
}

/** Compute buffer of a run without any device, bytes. */
export function cpuComputeBytes({ variant, architecture }: ModelShape, load: Load): number {
  const { cpu, noFlash } = computeBufferRow(engineOf(load), variant);
  const masks = maskBytesPerToken(architecture, load);
  const rest = inputRotationBytes(load) + hostRemainder;
  if (load.flashAttention) return batchTokens(load) * (cpu + masks) + rest;
  const scores = scoreBytesPerToken(architecture, load);
  return batchTokens(load) * (masks + Math.max(noFlash.cpuFeedForward, noFlash.cpuAttention + scores)) + rest;
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
