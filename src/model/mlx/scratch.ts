import type { VariantId } from '../../data/ids.ts';
import { mlx, mlxScratchOf } from '../../data/mlx.ts';
import { mlxFormatOf } from '../../data/mlx-bytes.ts';
import type { MlxChipClass, MlxLayout } from '../../data/vocabulary.ts';

export interface ScratchQuestion {
  variant: VariantId;
  layout: MlxLayout;
  chipClass: MlxChipClass;
  drafter: boolean;
}

type Points = readonly (readonly [number, number])[];

/** All that a prompt of one chunk takes over the load, bytes: caches and scores are in it. */
export function smallPromptBytes(question: ScratchQuestion, promptTokens: number): number {
  const { small } = mlxScratchOf(question.variant, question.chipClass);
  return Math.max(0, between(small, promptTokens) + formatBytes(question, promptTokens));
}

/**
 * Scratch of the layers that one command buffer holds in flight, bytes, when `doneTokens` are read and `chunkTokens` of them were the last chunk.
 * An unfinished chunk takes a share of the lower of the two steps that it lies between. Source: data/mlx.json, measured.
 */
export function scratchBytes(question: ScratchQuestion, doneTokens: number, chunkTokens: number): number {
  const { steps } = mlxScratchOf(question.variant, question.chipClass);
  const full = mlx.runtime.chunkTokens;
  const finished = Math.floor(doneTokens / full) * full;
  const step =
    chunkTokens === full
      ? stepAt(steps, doneTokens)
      : Math.min(stepAt(steps, finished), stepAt(steps, finished + full));
  const share = between(mlx.partialChunk.points, chunkTokens);
  const draft = question.drafter ? 0 : drafterScratchBytes(question.variant);
  return step * share + formatBytes(question, doneTokens) - draft;
}

function drafterScratchBytes(variant: VariantId): number {
  return mlx.drafterScratch.find((row) => row.variant === variant)?.bytes ?? 0;
}

const byFormat = new Map(
  mlx.scratchByFormat.map(({ variant, like, points }) => [
    `${variant} ${like}`,
    { points, logarithmic: points.map(([at, bytes]) => [Math.log(at), bytes] as const) },
  ]),
);

/** Measured on Max and Ultra alone; elsewhere the tables of NVFP4 stand for all formats. */
function formatBytes({ variant, layout, chipClass }: ScratchQuestion, tokens: number): number {
  if (chipClass !== 'max-ultra') return 0;
  const own = mlxFormatOf(layout);
  const like = own === 'affine8' ? 'mxfp8' : own.startsWith('affine') ? 'nvfp4' : own;
  const row = byFormat.get(`${variant} ${like}`);
  if (row === undefined) return 0;
  const oneChunk = tokens <= mlx.runtime.chunkTokens;
  return oneChunk ? between(row.points, tokens) : between(row.logarithmic, Math.log(tokens));
}

function stepAt(steps: Points, tokens: number): number {
  return steps.findLast((step) => step[0] <= tokens)?.[1] ?? steps[0]?.[1] ?? 0;
}

/** Straight lines between points, level before the first and after the last. */
function between(points: Points, x: number): number {
  const after = points.findIndex((point) => point[0] >= x);
  const right = points[after] ?? points.at(-1);
  const left = points[after - 1] ?? right;
  if (left === undefined || right === undefined) throw new Error('a table of data/mlx.json is empty');
  if (left === right || x >= right[0]) return right[1];
  return left[1] + ((x - left[0]) * (right[1] - left[1])) / (right[0] - left[0]);
}
