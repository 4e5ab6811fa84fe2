import file from '../../data/compute-buffers.json' with { type: 'json' };
import type { ComputeBufferRow, ComputeBuffers } from './compute-buffer-schema.ts';
import type { Engine, VariantId } from './ids.ts';

const table = file as unknown as ComputeBuffers;
const rows = new Map<Engine, Map<VariantId, ComputeBufferRow>>();
for (const row of table.rows) rows.set(row.engine, (rows.get(row.engine) ?? new Map()).set(row.variant, row));
const byEngine = new Map(table.engines.map((row) => [row.engine, row]));

/** Constants of one model's compute buffers. Throws when the table lacks them, which a test rules out. */
export function computeBufferRow(engine: Engine, variant: VariantId): ComputeBufferRow {
  const row = rows.get(engine)?.get(variant);
  if (row === undefined) throw new Error(`data/compute-buffers.json has no ${variant} for ${engine}`);
  return row;
}

/** Where the matrices that rotate a quantized cache lie. Throws when the table lacks the engine. */
export function rotationOf(engine: Engine): 'input' | 'cache' {
  const row = byEngine.get(engine);
  if (row === undefined) throw new Error(`data/compute-buffers.json has no ${engine}`);
  return row.rotation;
}

export const computeBuffersDate = table.date;
