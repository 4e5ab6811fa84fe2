import type { FitError } from '../errors.ts';
import { cleanText } from '../text.ts';

/** Bounds on a JSON text beyond its size. */
export interface JsonBounds {
  items: number;
  depth: number;
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/** What `parseJson` throws, for a reason that continues a sentence: `is empty`, `is not JSON (…)`, `holds more than expected`. */
export type RefuseJson = (why: string) => FitError;

/**
 * JSON from outside: a file, an answer, the output of a program. Its values are counted before it is parsed; a mark of byte order is taken
 * off. Throws what `refuse` makes of the reason.
 */
export function parseJson(text: string | Uint8Array, bounds: JsonBounds, refuse: RefuseJson): unknown {
  const { value, fault } = read(text, bounds);
  if (fault !== null) throw refuse(fault);
  return value;
}

/** The same where text that is no JSON, or holds too much, counts as nothing: null. */
export function jsonOrNull(text: string | Uint8Array, bounds: JsonBounds): unknown {
  return read(text, bounds).value;
}

function read(input: string | Uint8Array, bounds: JsonBounds): { value: unknown; fault: string | null } {
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  if (!isWithin(bytes, bounds)) return { value: null, fault: 'holds more than expected: too many values, or too deep' };
  const text = (typeof input === 'string' ? input : new TextDecoder().decode(bytes)).replace(/^\ufeff/, '');
  if (text.trim() === '') return { value: null, fault: 'is empty' };
  try {
    return { value: JSON.parse(text), fault: null };
  } catch (error) {
    return { value: null, fault: `is not JSON (${cleanText(error instanceof Error ? error.message : String(error))})` };
  }
}

/**
 * Whether a JSON text (UTF-8) holds at most so many items, at most so deep: looked at before it is parsed, for a value of JSON takes
 * up to fifty times the memory of its text. What is no JSON may count as anything.
 * @internal
 */
export function isWithin(bytes: Uint8Array, { items, depth }: JsonBounds): boolean {
  let [count, level] = [0, 0];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) at = endOfString(bytes, at);
    else if (byte === comma) count += 1;
    else if (opening.has(byte)) {
      count += 1;
      level += 1;
    } else if (closing.has(byte)) level -= 1;
    if (count > items || level > depth) return false;
  }
  return true;
}

function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at;
}
