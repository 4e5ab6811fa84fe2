import type { VariantId } from '../types.ts';

/** Feed-forward width of each block (Google's published configurations, 2026-04-02 and 2026-06-03). */
const widths: Record<VariantId, (block: number) => number> = {
  e2b: (block) => (block < 15 ? 6144 : 12_288),
  e4b: () => 10_240,
  '12b': () => 15_360,
  '26b': () => 2112,
  '31b': () => 21_504,
};

/** Width of one expert of 26b, the only model with experts. */
export const expertWidth = 704;

/** Width of the feed-forward part of block i; of 26b, of the dense part beside the experts. */
export const feedForwardWidth = (variant: VariantId, block: number): number => widths[variant](block);
