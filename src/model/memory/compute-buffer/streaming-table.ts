import earlier from '../../../../data/streaming.json' with { type: 'json' };
import later from '../../../../data/streaming-later.json' with { type: 'json' };
import type { Load, VariantId } from '../../types.ts';
import { interpolate, type Point, proportional } from '../interpolate.ts';
import { engineOf } from '../load.ts';

/** Recipes that splits were projected for. */
export const measuredRecipes = ['Q4_0', 'Q4_K_M', 'Q8_0'] as const;
export type MeasuredRecipe = (typeof measuredRecipes)[number];

/** What lies on the host: about half of the layers, or only sliding ones at the front of the model. */
export type HostBlocks = 'half' | 'sliding';

type Row = (typeof earlier)['rows'][number] & { engine?: string };
interface Table {
  contexts: readonly number[];
  rows: readonly Row[];
}

function index(table: Table): Map<string, Row[]> {
  const byKey = new Map<string, Row[]>();
  for (const row of table.rows) {
    const key = `${row.engine ?? ''} ${row.variant} ${row.quantization} ${row.kvType}`;
    byKey.set(
      key,
      [...(byKey.get(key) ?? []), row].sort((a, b) => a.microBatch - b.microBatch),
    );
  }
  return byKey;
}

const tables = {
  'v0.5.0': { name: 'streaming.json', contexts: earlier.contexts, rows: index(earlier) },
  later: { name: 'streaming-later.json', contexts: later.contexts, rows: index(later) },
};

/**
 * Compute buffer of a device with some layers on the CPU, bytes: straight lines between the projected micro-batches and
 * contexts; beyond the longest context llama.cpp's own slope, two mask bytes per token of the micro-batch and, where a
 * full-attention block is on the CPU, its KV. Throws when the table lacks the model, which a test rules out.
 */
export function measuredScratch(
  variant: VariantId,
  recipe: MeasuredRecipe,
  load: Load,
  cells: number,
  kvBytesPerCell: number,
  blocks: HostBlocks = 'half',
): number {
  const engine = engineOf(load);
  const { name, contexts, rows } = engine === 'v0.5.0' ? tables['v0.5.0'] : tables.later;
  const key = `${variant} ${recipe} ${load.kvType}`;
  // A model without rows of a later version is the same there.
  const found = rows.get(`${engine} ${key}`) ?? rows.get(`v0.6.0 ${key}`) ?? rows.get(` ${key}`);
  if (found === undefined) throw new Error(`data/${name} has no ${variant} at ${recipe} with a ${load.kvType} cache`);
  const copied = blocks === 'half' ? kvBytesPerCell : 0;
  const points = found.map(({ microBatch, bytes, slidingBytes }): Point => {
    const values = blocks === 'half' ? bytes : slidingBytes;
    return [microBatch, alongContext(contexts, values, microBatch, cells, copied)];
  });
  return interpolate(points, load.microBatch, proportional(load.microBatch));
}

function alongContext(
  contexts: readonly number[],
  bytes: readonly number[],
  microBatch: number,
  cells: number,
  copiedPerCell: number,
): number {
  const points = bytes.map((value, at): Point => [contexts[at] ?? 0, value]);
  const last = points.at(-1);
  if (last !== undefined && cells > last[0]) return last[1] + (cells - last[0]) * (2 * microBatch + copiedPerCell);
  return interpolate(points, cells, ([at, value]) => value - (at - cells) * 2 * microBatch);
}
