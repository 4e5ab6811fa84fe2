export const MiB = 2 ** 20;
export const GiB = 2 ** 30;

/** First letter of a unit. */
export type UnitLetter = 'b' | 'k' | 'm' | 'g' | 't';

const powers: Record<string, number> = { b: 0, k: 1, m: 2, g: 3, t: 4 };

/**
 * Bytes of a written amount of memory: `24GiB`, `24 GB`, `24G`, `24576MB`, `512 kB`. The unit is a power of 1024 however it is spelt: drivers,
 * firmware, the kernel and the boxes of cards and RAM say GB and mean GiB, so 24GB, 24GiB and 24576MB are one size. A bare number takes
 * `bareUnit`. null: not an amount.
 */
export function parseAmount(text: string, bareUnit: UnitLetter = 'b'): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([kmgt])i?b?|b|bytes)?$/i.exec(text.trim());
  if (match?.[1] === undefined) return null;
  const isBare = /\d$/.test(text.trim());
  const power = powers[match[2]?.toLowerCase() ?? (isBare ? bareUnit : 'b')];
  return power === undefined ? null : Math.round(Number(match[1]) * 1024 ** power);
}
