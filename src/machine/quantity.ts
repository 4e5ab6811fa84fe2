import { GiB, parseAmount, type UnitLetter } from '../data/units.ts';
import { isNotAvailable } from '../system/text.ts';

/** No device or machine has more than this: 16 TiB. A larger figure is a broken reading. */
const absurdBytes = 16 * 1024 * GiB;

/** The result of parsing a quantity: a value, not available, or nonsense to be reported and not used. */
export type Quantity = { kind: 'value'; bytes: number } | { kind: 'unsaid' } | { kind: 'nonsense'; text: string };

/**
 * Reads a memory size that a tool printed; a bare number takes bareUnit. Zero is nonsense for a total and fine for free or used memory: the
 * caller says so with zeroAllowed.
 */
export function readBytes(text: string | undefined, bareUnit: UnitLetter, zeroAllowed: boolean): Quantity {
  if (text === undefined || isNotAvailable(text)) return { kind: 'unsaid' };
  const bytes = parseAmount(text, bareUnit);
  const plausible = bytes !== null && bytes <= absurdBytes && (zeroAllowed || bytes > 0);
  return plausible ? { kind: 'value', bytes } : { kind: 'nonsense', text: text.trim().slice(0, 40) };
}
