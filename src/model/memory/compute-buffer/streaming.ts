import { computeBufferRow } from '../../../data/compute-buffers.ts';
import { weightsOf } from '../../../data/tables.ts';
import { memoize } from '../../../memoize.ts';
import type { KvType, Load } from '../../types.ts';
import { gateUpBytes } from '../expert-parts.ts';
import { kvBytesPerStream } from '../kv-cache.ts';
import { engineOf, fullCells, streamsOf } from '../load.ts';
import type { ModelShape } from '../shape.ts';
import { type ExpertSplit, expertStreamingComputeBytes } from './experts.ts';
import { fullComputeBytes } from './full.ts';
import { type MeasuredRecipe, measuredRecipes, measuredScratch } from './streaming-table.ts';

/**
 * Compute buffer of a device when a full-attention block is left on the CPU, bytes. Batches are still computed on the device: the weights
 * and the KV cache of one CPU block at a time are copied there. Interpolated between llama.cpp's own projections (data/streaming.json).
 */
export function streamingComputeBytes(shape: ModelShape, load: Load, sharedKvOnHost: boolean): number {
  const cells = fullCells(load);
  const recipe = nearestRecipe(shape);
  const measured = measuredScratch(shape.variant, recipe, load, cells, kvBytesPerCell(shape, load.kvType));
  const moreSequences = (streamsOf(load) - 1) * cells * kvBytesPerCell(shape, load.kvType);
  const other = shape.architecture.experts === null && shape.quantization !== recipe;
  const heavier = other ? scratchBesideCopies(shape, load) + heavierDenseBytes(shape, recipe) : 0;
  const streamed = Math.max(measured + moreSequences, heavier) + heavierExpertBytes(shape, recipe);
  const { sharedKvCopy } = computeBufferRow(engineOf(load), shape.variant);
  if (!sharedKvOnHost || sharedKvCopy === null) return Math.round(streamed);
  const besideSharedKv = sharedKvCopy * load.microBatch + cells * kvBytesPerCell(shape, load.kvType);
  return Math.round(Math.max(streamed, besideSharedKv, fullComputeBytes(shape, load)));
}

/** Compute buffer of a split without the copied KV cache, bytes: that of a short context plus the masks that a longer one adds. */
export function scratchBesideCopies(shape: ModelShape, load: Load): number {
  const cells = fullCells(load);
  const short = Math.min(cells, shortContext);
  const masks = 2 * load.microBatch * (cells - short);
  return measuredScratch(shape.variant, nearestRecipe(shape), load, short, kvBytesPerCell(shape, load.kvType)) + masks;
}

/** Compute buffer when only sliding blocks are left on the CPU, bytes: their weights are copied, but no large KV cache is. */
export function slidingStreamingComputeBytes(shape: ModelShape, load: Load, split: ExpertSplit): number {
  if (shape.architecture.experts === null) return Math.round(slidingCopiesBytes(shape, load));
  const streamed = expertStreamingComputeBytes(shape, load, split);
  return Math.round(split.noneWhole ? streamed : Math.min(streamed, streamingComputeBytes(shape, load, false)));
}

function slidingCopiesBytes(shape: ModelShape, load: Load): number {
  const recipe = nearestRecipe(shape);
  const measured = measuredScratch(shape.variant, recipe, load, fullCells(load), 0, 'sliding');
  return shape.quantization === recipe ? measured : measured + heavierDenseBytes(shape, recipe);
}

const shortContext = 4096;
/** How much of a heavier type's larger tensors the buffer grows by (Q8_0 rows of set P). */
const denseGrowth = 1.12;
const expertGrowth = 0.88;
/** The feed-forward projections are about a quarter of a block each. */
const projectionShare = 0.23;

/** KV bytes of one full-attention block per token of context. */
function kvBytesPerCell({ architecture }: ModelShape, kvType: KvType): number {
  const oneStep = { contextTokensTotal: 256, sequences: 1, microBatch: 1, kvType, flashAttention: true };
  return kvBytesPerStream(architecture, true, oneStep) / oneStep.contextTokensTotal;
}

/** The measured recipe whose largest block is nearest in size. */
const nearestRecipe = memoize(findRecipe, ({ weights }) => weights);

function findRecipe(shape: ModelShape): MeasuredRecipe {
  const own = largestBlock(shape.weights.layers);
  const distance = (recipe: MeasuredRecipe) =>
    Math.abs(Math.log(own / largestBlock(weightsOf(shape.variant, recipe)?.layers ?? shape.weights.layers)));
  const exact = measuredRecipes.find((recipe) => recipe === shape.quantization);
  return exact ?? measuredRecipes.reduce((best, recipe) => (distance(recipe) < distance(best) ? recipe : best));
}

function largestBlock(layers: readonly (readonly number[])[]): number {
  return Math.max(...layers.map(([dense = 0, experts = 0]) => dense + experts));
}

/** Extra bytes of the largest dense tensor over the measured recipe. */
function heavierDenseBytes(shape: ModelShape, recipe: MeasuredRecipe): number {
  const measured = weightsOf(shape.variant, recipe);
  if (measured === null) return 0;
  return (
    Math.max(0, largestBlock(shape.weights.layers) - largestBlock(measured.layers)) * projectionShare * denseGrowth
  );
}

function heavierExpertBytes(shape: ModelShape, recipe: MeasuredRecipe): number {
  const measured = weightsOf(shape.variant, recipe);
  if (shape.architecture.experts === null || measured === null) return 0;
  return (gateUpBytes(shape) - gateUpBytes({ ...shape, weights: measured })) * expertGrowth;
}
