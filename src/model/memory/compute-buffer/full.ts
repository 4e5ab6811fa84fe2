import type { Architecture } from '../../../data/schema.ts';
import type { Load, VariantId } from '../../types.ts';
import { batchTokens, fullCells, slidingCells } from '../load.ts';
import type { ModelShape } from '../shape.ts';

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
export function fullComputeBytes({ variant, architecture }: ModelShape, load: Load): number {
  const { device, quantizedKv, noFlash } = perToken[variant];
  const masks = maskBytesPerToken(architecture, load);
  if (load.flashAttention) {
    const quantized = load.kvType === 'f16' ? 0 : rotationBytes + batchTokens(load) * quantizedKv;
    return batchTokens(load) * (device + masks) + quantized + deviceRemainder;
  }
  const scores = 4 * architecture.queryHeads * fullCells(load);
  return (
    batchTokens(load) * Math.max(noFlash.feedForward + masks, noFlash.attention + masks + scores) + deviceRemainder
  );
}

/**
 * Bytes of scratch per token for a device that holds blocks but not the first ones, while others lie elsewhere and nothing is
 * pipelined (projections over two and three devices, 2026-11-24).
 */
const laterPerToken: Record<VariantId, number> = {
  e2b: 158_000,
  e4b: 159_000,
  '12b': 215_076,
  '26b': 191_524,
  '31b': 301_092,
};

/** Scratch of such a device, bytes. */
export function laterComputeBytes(shape: ModelShape, load: Load): number {
  const { variant, architecture } = shape;
  if (!load.flashAttention) return fullComputeBytes(shape, load);
  const rotation = load.kvType === 'f16' ? 0 : rotationBytes;
  return (
    batchTokens(load) * (laterPerToken[variant] + maskBytesPerToken(architecture, load)) + rotation + deviceRemainder
  );
}

/** Scratch of a device that holds nothing but the head, bytes: the last hidden states, and one row of logits for each sequence. */
export function headComputeBytes({ architecture }: ModelShape, load: Load): number {
  return 4 * (batchTokens(load) * architecture.hiddenSize + load.sequences * architecture.vocabulary);
}

/**
 * Bytes of scratch per token when several devices work in a pipeline, besides the masks: the first device, each that follows, and
 * one that reads KV caches of another device (golden rows of sets F and Q; the inputs are kept in four copies).
 */
export type PipelinePlace = 'first' | 'next' | 'reader';
const pipelinePerToken: Record<VariantId, Record<PipelinePlace, number>> = {
  e2b: { first: 400_528, next: 274_576, reader: 294_928 },
  e4b: { first: 419_984, next: 315_536, reader: 294_928 },
  '12b': { first: 309_392, next: 370_832, reader: 370_832 },
  '26b': { first: 230_544, next: 275_601, reader: 275_601 },
  '31b': { first: 419_984, next: 506_001, reader: 506_001 },
};

/** Scratch of one device of a pipeline that holds the whole model, bytes. Without flash attention, at least the scores on top. */
export function pipelineComputeBytes(shape: ModelShape, load: Load, place: PipelinePlace, copies: number): number {
  const { variant, architecture } = shape;
  const masks = copies * maskBytesPerToken(architecture, load);
  const plain = fullComputeBytes(shape, { ...load, kvType: 'f16', flashAttention: true });
  const rotationCopies = load.kvType === 'f16' ? 0 : (copies - 1) * rotationBytes;
  const extra = fullComputeBytes(shape, load) - plain + rotationCopies;
  return batchTokens(load) * (pipelinePerToken[variant][place] + masks) + extra + deviceRemainder;
}

/** Scratch in host memory, bytes. Whatever lies on the CPU needs little more here: its batches are computed on the device. */
export function hostComputeBytes({ variant, architecture }: ModelShape, load: Load, copies = 1): number {
  const { host, noFlash } = perToken[variant];
  const base = load.flashAttention ? host : noFlash.host;
  const rotation = load.kvType === 'f16' ? 0 : copies * rotationBytes;
  return batchTokens(load) * (base + maskBytesPerToken(architecture, load) * copies) + rotation + hostRemainder;
}

/** Both attention masks, per token of the micro-batch: f16 with flash attention, f32 without. */
export function maskBytesPerToken(architecture: Architecture, load: Load): number {
  const cells = fullCells(load) + slidingCells(load, architecture.windowTokens);
  return cells * (load.flashAttention ? 2 : 4);
}
