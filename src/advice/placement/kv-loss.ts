import { quality } from '../../data/tables.ts';
import type { KvType, VariantId } from '../../model/types.ts';

/** Mean KL divergence of a quantized cache against f16, measured by others; null when nobody published it. */
export function kvLoss(variant: VariantId, kvType: KvType): number | null {
  return quality.kvLoss.find((row) => row.variant === variant && row.kvType === kvType)?.meanKld ?? null;
}
