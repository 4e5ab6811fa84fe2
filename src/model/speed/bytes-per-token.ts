import { type KvType, kvBytesPerElement } from '../../data/ids.ts';
import type { WeightRow } from '../../data/schema.ts';
import { memoize } from '../../memoize.ts';
import { between, runningSums } from '../memory/running-sums.ts';
import type { SpeedDevice, SpeedQuestion } from './types.ts';

/** What one place (a device or the host) reads from its memory for one token. */
export interface Reads {
  /** Weights outside experts, and the experts that lie here and are used. */
  weightsBytes: number;
  /** Those experts alone. */
  expertBytes: number;
  kvBytes: number;
  /** Blocks computed here. */
  blocks: number;
}

export interface ReadsByPlace {
  devices: Reads[];
  /** Blocks (and head) that lie on the CPU. */
  host: Reads;
  /** Experts in RAM of blocks that otherwise lie on a device, bytes. */
  hostExpertBytes: number;
}

/**
 * Bytes that every place reads for one token: all dense weights, the used share of the experts, the head, and K and V of the
 * tokens in reach. The per-layer table of E2B and E4B is looked up, not read. Layers that reuse KV read it all the same.
 */
export function readsPerToken(question: SpeedQuestion): ReadsByPlace {
  const { shape, devices } = question;
  const blocks = shape.architecture.layers;
  const placed = devices.reduce((sum, { layers }) => sum + layers, 0);
  const firstPlaced = Math.max(0, blocks + 1 - placed);
  const blocksOnDevices = Math.min(placed, blocks - firstPlaced);
  const away = blocksOnDevices > 0 ? Math.min(1, question.overflowingLayers / blocksOnDevices) : 0;
  let from = firstPlaced;
  const ranges = devices.map(({ backend, layers }) => {
    const range = { from, to: Math.min(from + layers, blocks + 1), backend };
    from = range.to;
    return range;
  });
  const sums = sumsOf(shape.weights);
  return {
    devices: ranges.map((range) => readsOf(question, sums, range, 1 - away)),
    host: readsOf(question, sums, { from: 0, to: firstPlaced, backend: 'none' }, 1),
    hostExpertBytes: ranges.reduce((sum, range) => sum + expertBytes(question, sums, range) * away, 0),
  };
}

/** Layers from (inclusive) to (exclusive), the head being the last one: index = number of blocks. */
interface Range {
  from: number;
  to: number;
  /** none: the CPU. */
  backend: SpeedDevice['backend'];
}

function readsOf(question: SpeedQuestion, sums: Sums, range: Range, expertsHere: number): Reads {
  const { weights, architecture } = question.shape;
  const to = Math.max(range.from, Math.min(range.to, architecture.layers));
  const head = range.to > architecture.layers && range.from < range.to ? weights.tokenEmbedding + weights.other : 0;
  const used = expertBytes(question, sums, range) * expertsHere;
  return {
    weightsBytes: between(sums.dense, range.from, to) + head + used,
    expertBytes: used,
    kvBytes: kvBytes(question, { ...range, to }),
    blocks: to - range.from,
  };
}

/** Bytes of the experts that one token uses in these layers. */
function expertBytes({ shape }: SpeedQuestion, sums: Sums, { from, to }: Range): number {
  const { experts, layers } = shape.architecture;
  return experts === null ? 0 : (between(sums.experts, from, Math.min(to, layers)) * experts.used) / experts.count;
}

function kvBytes({ shape, depthTokens, kvType }: SpeedQuestion, { from, to, backend }: Range): number {
  const { kv, windowTokens, slidingPerFull } = shape.architecture;
  const period = slidingPerFull + 1;
  const full = Math.floor(to / period) - Math.floor(from / period);
  const sliding = to - from - full;
  const fullElements = full * kv.full.width * depthTokens;
  const slidingElements = sliding * kv.sliding.width * Math.min(depthTokens, windowTokens);
  const stored = kvBytesPerElement[kvType];
  return 2 * (fullElements * (stored + f16CopyBytes(kvType, backend)) + slidingElements * stored);
}

/**
 * What attention over the whole context moves beside the stored value, bytes an element: CUDA and ROCm have no kernel for a quantized
 * cache with heads as wide as those of the full-attention layers, so each token turns the cache into f16 (written once, read once).
 * Source: llama.cpp v0.5.0, ggml-cuda/fattn.cu (vec kernels end at 256, tile and mma kernels take f16); 26b with q8_0 at a depth of
 * 16,384 tokens on an RTX 5070 Ti: 1.22 ms a token more than with an empty context, 1.2 ms so.
 */
function f16CopyBytes(kvType: KvType, backend: SpeedDevice['backend']): number {
  const copies = (backend === 'cuda' || backend === 'rocm') && kvType !== 'f16';
  return copies ? 2 * kvBytesPerElement.f16 : 0;
}

interface Sums {
  dense: readonly number[];
  experts: readonly number[];
}

/** Running sums over the blocks, made once per table row: the advice asks thousands of times. */
const sumsOf = memoize(
  (weights: WeightRow): Sums => ({
    dense: runningSums(weights.layers.map(([dense = 0]) => dense)),
    experts: runningSums(weights.layers.map(([, experts = 0]) => experts)),
  }),
);
