import { isNotAvailable } from '../system/text.ts';

export const MiB = 1024 * 1024;
export const GiB = 1024 * MiB;

/** No device or machine has more than this: 16 TiB. A larger figure is a broken reading. */
const absurdBytes = 16 * 1024 * GiB;

const unitBytes: Record<string, number> = {
  '': 1,
  b: 1,
  bytes: 1,
  kb: 1024,
  kib: 1024,
  mb: MiB,
  mib: MiB,
  gb: GiB,
  gib: GiB,
};

/** What became of a written number: a value, nothing said, or nonsense that must be reported and not used. */
export type Quantity = { kind: 'value'; bytes: number } | { kind: 'unsaid' } | { kind: 'nonsense'; text: string };

/**
 * Reads a memory size. Tools that write MB mean MiB; a bare number takes defaultUnit.
 * Zero is nonsense for a total and fine for free or used memory: the caller says so with zeroAllowed.
 */
export function readBytes(text: string | undefined, defaultUnit: 'b' | 'kib' | 'mib', zeroAllowed: boolean): Quantity {
  if (text === undefined || isNotAvailable(text)) return { kind: 'unsaid' };
  const match = /^(-?\d+(?:\.\d+)?)\s*([kmg]?i?b|bytes)?$/i.exec(text.trim());
  if (!match) return { kind: 'nonsense', text: text.trim().slice(0, 40) };
  const bytes = Math.round(Number(match[1]) * (unitBytes[(match[2] ?? defaultUnit).toLowerCase()] ?? Number.NaN));
  const plausible = Number.isFinite(bytes) && bytes <= absurdBytes && (zeroAllowed ? bytes >= 0 : bytes > 0);
  return plausible ? { kind: 'value', bytes } : { kind: 'nonsense', text: text.trim().slice(0, 40) };
}
