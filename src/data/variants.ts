import variantRows from '../../data/variants.json' with { type: 'json' };
import weightsFile from '../../data/weights.json' with { type: 'json' };
import type { Quantization, VariantId } from './ids.ts';
import type { Variant, WeightRow, WeightsFile } from './schema.ts';

/** Every model, smallest first. */
export const variants = variantRows as readonly unknown[] as readonly Variant[];

const byId = new Map(variants.map((variant) => [variant.id, variant]));
const weights = (weightsFile as unknown as WeightsFile).rows;

/** Row of one model. Throws when the table lacks it, which a test rules out. */
export function variantOf(id: VariantId): Variant {
  const variant = byId.get(id);
  if (variant === undefined) throw new Error(`data/variants.json has no ${id}`);
  return variant;
}

/** Bytes by role of a stock quantization, from data/weights.json; null when the table has no such pair. */
export function weightsOf(variant: VariantId, quantization: Quantization): WeightRow | null {
  return weights[`${variant}/${quantization}`] ?? null;
}

export const weightsDate = weightsFile.date;
