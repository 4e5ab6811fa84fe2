import streaming from '../../../../data/streaming.json' with { type: 'json' };
import type { Load, VariantId } from '../../types.ts';
import { interpolate, type Point, proportional } from '../interpolate.ts';

/** Recipes that splits were projected for. */
export const measuredRecipes = ['Q4_0', 'Q4_K_M', 'Q8_0'] as const;
export type MeasuredRecipe = (typeof measuredRecipes)[number];

type Row = (typeof streaming.rows)[number];

const rowsByKey = new Map<string, Row[]>();
for (const row of streaming.rows) {
  const key = `${row.variant} ${row.quantization} ${row.kvType}`;
  rowsByKey.set(
    key,
    [...(rowsByKey.get(key) ?? []), row].sort((a, b) => a.microBatch - b.microBatch),
  );
}

/**
 * Scratch of a device with about half of the layers on the CPU, bytes: straight lines between the projected micro-batches and
 * contexts; beyond the longest context llama.cpp's own slope, two mask bytes per token of the micro-batch and one block's KV.
 */
export function measuredScratch(
  variant: VariantId,
  recipe: MeasuredRecipe,
  load: Load,
  cells: number,
  kvBytesPerCell: number,
): number {
  const rows = rowsByKey.get(`${variant} ${recipe} ${load.kvType}`);
  if (rows === undefined)
    throw new Error(`data/streaming.json has no ${variant} at ${recipe} with a ${load.kvType} cache`);
  const points = rows.map((row): Point => [row.microBatch, alongContext(row, cells, kvBytesPerCell)]);
  return interpolate(points, load.microBatch, proportional(load.microBatch));
}

function alongContext({ microBatch, bytes }: Row, cells: number, kvBytesPerCell: number): number {
  const points = bytes.map((value, index): Point => [streaming.contexts[index] ?? 0, value]);
  const last = points.at(-1);
  if (last !== undefined && cells > last[0]) return last[1] + (cells - last[0]) * (2 * microBatch + kvBytesPerCell);
  return interpolate(points, cells, ([at, value]) => value - (at - cells) * 2 * microBatch);
}
