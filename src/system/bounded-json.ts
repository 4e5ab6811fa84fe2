/** Bounds on a JSON text beyond its size. */
export interface JsonBounds {
  items: number;
  depth: number;
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/**
 * Whether a JSON text (UTF-8) holds at most so many items, at most so deep: looked at before it is parsed, for a value of JSON takes
 * up to fifty times the memory of its text. What is no JSON may count as anything.
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
