import type { Architecture } from '../data/schema.ts';
import { fullCells, slidingCells } from './load.ts';
import type { ModelShape } from './shape.ts';
import type { Load, VariantId } from './types.ts';

/**
 * Bytes of scratch per token of the micro-batch, besides the attention masks. Read off llama.cpp v0.5.0's own projection
 * (2026-11-24, golden rows of sets A, B and E), exact to the byte there.
 */
interface PerToken {
  /** Everything on the device. */
  device: number;
  /** In host memory. */
  host: number;
  /** A quantized KV cache on top, device. */
  quantizedKv: number;
  /** Without flash attention: the feed-forward phase (device), the attention phase (device), host. */
  noFlash: { feedForward: number; attention: number; host: number };
}

const perToken: Record<VariantId, PerToken> = {
  e2b: {
    device: 232_484,
    host: 48_172,
    quantizedKv: 0,
    noFlash: { feedForward: 245_780, attention: 98_324, host: 56_348 },
  },
  e4b: {
    device: 206_884,
    host: 63_532,
    quantizedKv: 23_552,
    noFlash: { feedForward: 246_804, attention: 123_924, host: 79_900 },
  },
  '12b': {
    device: 247_844,
    host: 30_760,
    quantizedKv: 0,
    noFlash: { feedForward: 247_844, attention: 129_044, host: 63_512 },
  },
  '26b': {
    device: 196_644,
    host: 22_568,
    quantizedKv: 0,
    noFlash: { feedForward: 196_644, attention: 140_564, host: 55_320 },
  },
  '31b': {
    device: 366_628,
    host: 43_048,
    quantizedKv: 0,
    noFlash: { feedForward: 366_628, attention: 239_636, host: 108_568 },
  },
};

/** Matrices that rotate K and V of a quantized cache (512 x 512, 256 x 256 and two of 64 x 64 in f32), bytes. */
const rotationBytes = (512 * 512 + 256 * 256 + 2 * 64 * 64) * 4;
/** Small change of the allocator, bytes. */
const deviceRemainder = 128;
const hostRemainder = 32;

/** Scratch of a device that holds the whole model, bytes. */
export function fullComputeBytes(variant: VariantId, architecture: Architecture, load: Load): number {
  const { microBatch, kvType } = load;
  const { device, quantizedKv, noFlash } = perToken[variant];
  const masks = maskBytesPerToken(architecture, load);
  if (load.flashAttention) {
    const quantized = kvType === 'f16' ? 0 : rotationBytes + microBatch * quantizedKv;
    return microBatch * (device + masks) + quantized + deviceRemainder;
  }
  const scores = 4 * architecture.queryHeads * fullCells(load);
  return microBatch * Math.max(noFlash.feedForward + masks, noFlash.attention + masks + scores) + deviceRemainder;
}

/**
 * Bytes of scratch per token when several devices work in a pipeline, besides the masks: the first device, each that follows, and
 * one that reads KV caches of another device (golden rows of sets F and Q; the inputs are kept in four copies).
 */
export type PipelinePlace = 'first' | 'next' | 'reader';
const pipelinePerToken: Record<VariantId, Record<PipelinePlace, number>> = {
  e2b: { first: 400_528, next: 401_425, reader: 401_425 },
  e4b: { first: 419_984, next: 315_536, reader: 458_767 },
  '12b': { first: 309_392, next: 370_832, reader: 370_832 },
  '26b': { first: 230_544, next: 275_601, reader: 275_601 },
  '31b': { first: 419_984, next: 506_001, reader: 506_001 },
};

/** Scratch of one device of a pipeline that holds the whole model, bytes. Without flash attention, at least the scores on top. */
export function pipelineComputeBytes(
  { variant, architecture }: ModelShape,
  load: Load,
  place: PipelinePlace,
  copies: number,
): number {
  const masks = copies * maskBytesPerToken(architecture, load);
  const { microBatch } = load;
  const single =
    fullComputeBytes(variant, architecture, load) -
    fullComputeBytes(variant, architecture, { ...load, kvType: 'f16', flashAttention: true });
  return microBatch * (pipelinePerToken[variant][place] + masks) + single + deviceRemainder;
}

/** Scratch in host memory, bytes. Whatever lies on the CPU needs little more here: its batches are computed on the device. */
export function hostComputeBytes(variant: VariantId, architecture: Architecture, load: Load, copies = 1): number {
  const { host, noFlash } = perToken[variant];
  const base = load.flashAttention ? host : noFlash.host;
  const rotation = load.kvType === 'f16' ? 0 : rotationBytes;
  return load.microBatch * (base + maskBytesPerToken(architecture, load) * copies) + rotation + hostRemainder;
}

/** Both attention masks, per token of the micro-batch: f16 with flash attention, f32 without. */
export function maskBytesPerToken(architecture: Architecture, load: Load): number {
  const cells = fullCells(load) + slidingCells(load, architecture.windowTokens);
  return cells * (load.flashAttention ? 2 : 4);
}
