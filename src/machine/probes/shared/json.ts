import { limits } from '../../../limits.ts';
import { jsonOrNull } from '../../../system/json.ts';

/** Any JSON value, not validated. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

const maxStarts = 40;
/** Characters looked at in search of an end: a text full of brackets that never close is not gone through for each of them. */
const maxScanned = 16 * 1024 * 1024;
/** Deeper nesting than any tool writes: not followed, so that hostile output cannot exhaust the stack. */
const maxDepth = 60;

/**
 * The first complete JSON object or array in a text: tools print warnings before it and notes after it.
 * null when there is none (empty, cut off, HTML, something else).
 */
export function findJson(text: string): Json | null {
  let [start, scanned] = [-1, 0];
  for (let tries = 0; tries < maxStarts && scanned < maxScanned; tries++) {
    start = nextStart(text, start + 1);
    if (start < 0) return null;
    const { at: end, closed } = endOfJson(text, start);
    scanned += end - start;
    if (!closed) continue;
    const value = jsonOrNull(text.slice(start, end), limits.program) as Json;
    if (value !== null && typeof value === 'object' && !isTrivial(value)) return value;
  }
  return null;
}

/** `[0]` and the like in a log line are JSON too, but not an answer. */
function isTrivial(value: Json): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => item === null || typeof item !== 'object');
}

function nextStart(text: string, from: number): number {
  const object = text.indexOf('{', from);
  const array = text.indexOf('[', from);
  if (object < 0) return array;
  return array < 0 ? object : Math.min(object, array);
}

/** Index behind the bracket that closes the one at start, or where it was given up. */
function endOfJson(text: string, start: number): { at: number; closed: boolean } {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const letter = text[at];
    if (letter === '"') at = endOfString(text, at);
    else if (letter === '{' || letter === '[') depth++;
    else if (letter === '}' || letter === ']') depth--;
    if (depth === 0) return { at: at + 1, closed: true };
    if (depth > maxDepth) return { at, closed: false };
  }
  return { at: text.length, closed: false };
}

/** Index of the quote that ends the string which starts at `start`; the text's length when none does. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

/** The value as an object; null for everything else. */
export function asObject(value: Json | undefined): JsonObject | null {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null;
}

/** A key by meaning: letters and digits only, lower case. `Card Series` and `card_series` are one key. */
export function plainKey(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]+/g, '');
}

/** A leaf as text; null for objects, arrays and null. */
export function leaf(value: Json | undefined): string | null {
  return value === undefined || value === null || typeof value === 'object' ? null : String(value);
}
