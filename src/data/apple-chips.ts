import type { MlxChipClass } from './ids.ts';

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

/** How MLX fills command buffers on that chip; a chip that is not known counts as the class that takes more memory. */
export function mlxChipClass(chip: AppleChip | null): MlxChipClass {
  return chip === null || chip.tier === 'max' || chip.tier === 'ultra' ? 'max-ultra' : 'base-pro';
}
