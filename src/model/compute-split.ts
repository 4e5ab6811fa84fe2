import streaming from '../../data/streaming.json' with { type: 'json' };
import { weightsOf } from '../data/tables.ts';
import { type ExpertSplit, expertStreamingComputeBytes } from './compute-experts.ts';
import { fullComputeBytes } from './compute-full.ts';
import { gateUpBytes } from './expert-parts.ts';
import { interpolate, type Point, proportional } from './interpolate.ts';
import { kvBytesPerSequence } from './kv-cache.ts';
import { fullCells } from './load.ts';
import type { ModelShape } from './shape.ts';
import type { KvType, Load } from './types.ts';

/**
 * Scratch of a device when a full-attention block is left on the CPU, bytes. Batches are still computed on the device: the
 * weights and the KV cache of one CPU block at a time are copied there. Interpolated between llama.cpp v0.5.0's own
 * projections (data/streaming.json, all at Q4_K_M); within a few per cent of the buffer.
 */
export function streamingComputeBytes(shape: ModelShape, load: Load, sharedKvOnHost: boolean): number {
  const cells = fullCells(load);
  const measuredKv = measuredKvType(load.kvType);
  const lighterKv = cells * (kvBytesPerCell(shape, measuredKv) - kvBytesPerCell(shape, load.kvType));
  const streamed = alongMicroBatch(shape, measuredKv, cells, load.microBatch) - lighterKv;
  const dense = shape.architecture.experts === null;
  const heavier = dense ? scratchBesideCopies(shape, load) + heavierDenseBytes(shape) : 0;
  if (!sharedKvOnHost || shape.variant !== 'e2b')
    return Math.round(Math.max(streamed, heavier) + heavierExpertBytes(shape));
  const shared = streamed + sharedKvPerCell * load.microBatch * cells;
  return Math.round(Math.max(shared, heavier, fullComputeBytes(shape.variant, shape.architecture, load)));
}

/** Scratch of a split without the copied KV cache, bytes: the smallest measured context, with the masks that a longer one adds. */
export function scratchBesideCopies(shape: ModelShape, load: Load): number {
  const masks = 2 * load.microBatch * Math.max(0, fullCells(load) - lowContext);
  return alongMicroBatch(shape, measuredKvType(load.kvType), lowContext, load.microBatch) + masks;
}

/** Scratch when only sliding blocks are left on the CPU: no large KV cache is copied, and the buffer is nearly the full one's. */
export function slidingStreamingComputeBytes(shape: ModelShape, load: Load, split: ExpertSplit): number {
  const { variant, architecture } = shape;
  const streamed =
    architecture.experts === null
      ? fullComputeBytes(variant, architecture, load) * slidingShare
      : expertStreamingComputeBytes(shape, load, split);
  return Math.round(split.noneWhole ? streamed : Math.min(streamed, streamingComputeBytes(shape, load, false)));
}

/** Set C, the last layers but a few: 0.91 to 0.96 of the full buffer. */
const slidingShare = 0.94;
/** Smallest measured context, and the recipe that most points are of. */
const lowContext = 4096;
const usualQuantization = 'Q4_K_M';
/** How much of a heavier type's larger tensors the buffer grows by (Q8_0 rows of set P). */
const denseGrowth = 1.12;
const expertGrowth = 0.88;

/** Bytes per cell and token of the micro-batch while E2B's shared caches are on the host (set C). */
const sharedKvPerCell = 1.5;

function measuredKvType(kvType: KvType): KvType {
  return kvType === 'f16' ? 'f16' : 'q8_0';
}

type Row = (typeof streaming.rows)[number];

function alongMicroBatch(shape: ModelShape, kvType: KvType, cells: number, microBatch: number): number {
  const rows = streaming.rows.filter((row) => row.variant === shape.variant && row.kvType === kvType);
  const usual = rows.filter((row) => row.quantization === usualQuantization);
  const points = usual.map((row): Point => {
    const own = rows.find((other) => other.quantization === shape.quantization && other.microBatch === row.microBatch);
    return [row.microBatch, alongOwnContext(shape, kvType, own ?? row, row, cells)];
  });
  return interpolate(points, microBatch, proportional(microBatch));
}

/** Where a recipe was measured itself its own points count, beyond them the usual one's shape. */
function alongOwnContext(shape: ModelShape, kvType: KvType, own: Row, usual: Row, cells: number): number {
  const [lastCells = 0, lastBytes = 0] = own.points.at(-1) ?? [];
  if (own === usual || cells <= lastCells) return alongContext(shape, kvType, own, cells);
  return Math.max(lastBytes, alongContext(shape, kvType, usual, cells));
}

/** Beyond the last measured context llama.cpp's own slope: two mask bytes per token of the micro-batch and one block's KV. */
function alongContext(shape: ModelShape, kvType: KvType, row: Row, cells: number): number {
  const points = row.points.map(([at = 0, bytes = 0]): Point => [at, bytes]);
  const last = points.at(-1);
  if (last !== undefined && cells > last[0]) {
    return last[1] + (cells - last[0]) * (2 * row.microBatch + kvBytesPerCell(shape, kvType));
  }
  return interpolate(points, cells, ([at, bytes]) => bytes - (at - cells) * 2 * row.microBatch);
}

/** KV bytes of one full-attention block per token of context. */
function kvBytesPerCell({ architecture }: ModelShape, kvType: KvType): number {
  const oneStep = { contextTokens: 256, sequences: 1, microBatch: 1, kvType, flashAttention: true };
  return kvBytesPerSequence(architecture, true, oneStep) / oneStep.contextTokens;
}

/** What the largest dense tensor takes more than in the measured Q4_K_M, bytes; the feed-forward projections are a quarter of a block. */
function heavierDenseBytes(shape: ModelShape): number {
  const measured = weightsOf(shape.variant, usualQuantization);
  if (measured === null) return 0;
  const largest = (layers: readonly (readonly number[])[]) => Math.max(...layers.map(([dense = 0]) => dense));
  const projectionShare = 0.23;
  return Math.max(0, largest(shape.weights.layers) - largest(measured.layers)) * projectionShare * denseGrowth;
}

function heavierExpertBytes(shape: ModelShape): number {
  const measured = weightsOf(shape.variant, usualQuantization);
  if (shape.architecture.experts === null || measured === null) return 0;
  return (gateUpBytes(shape) - gateUpBytes({ ...shape, weights: measured })) * expertGrowth;
}
