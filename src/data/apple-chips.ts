import type { MlxChipClass } from './vocabulary.ts';

/** What the name of an Apple chip says. */
export interface AppleChip {
  /** M1 is 1. */
  generation: number;
  tier: 'base' | 'pro' | 'max' | 'ultra';
}

/** `Apple M4 Max (40-core GPU)`; the A18 Pro of a MacBook has the GPU design of M4. null for any other name. */
export function appleChip(name: string | null): AppleChip | null {
  if (/^apple a18 pro\b/i.test(name ?? '')) return { generation: 4, tier: 'base' };
  const match = /^apple m(\d{1,2})(?: (pro|max|ultra))?\b/i.exec(name ?? '');
  if (match?.[1] === undefined) return null;
  return { generation: Number(match[1]), tier: (match[2]?.toLowerCase() ?? 'base') as AppleChip['tier'] };
}

/**
 * How MLX fills command buffers on that chip; a chip that is not known counts as the class that takes more memory. MLX goes by the last letter
 * of the GPU's name, and a Pro has that of a Max: `applegpu_g16s` on M4 Pro, `applegpu_g14s` on M2 Pro. The peak of 26b in 4 bits after
 * 2,048 tokens is 15.740 GB on an M4 Pro and 15.739 on an M5 Max (localmaxxing run cmqw2nbhr; ax-engine); a base chip would take 0.13 less.
 */
export function mlxChipClass(chip: AppleChip | null): MlxChipClass {
  return chip?.tier === 'base' ? 'base-pro' : 'max-ultra';
}
