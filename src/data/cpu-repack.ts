import file from '../../data/cpu-repack.json' with { type: 'json' };
import type { Quantization, VariantId } from './ids.ts';

const rows: Record<VariantId, Record<Quantization, number>> = file.rows;

/** Bytes of weights that a CPU keeps a second time in an order of its own. Throws when the table lacks them, which a test rules out. */
export function cpuRepackBytes(variant: VariantId, quantization: Quantization): number {
  const bytes = rows[variant]?.[quantization];
  if (bytes === undefined) throw new Error(`data/cpu-repack.json has no ${variant} at ${quantization}`);
  return bytes;
}

export const cpuRepackDate = file.date;
