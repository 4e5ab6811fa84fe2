import { stripVTControlCharacters } from 'node:util';

/** Longest piece of a foreign message that is shown, characters. */
const longest = 600;

/** Makes foreign text fit to be shown: no escape sequences, no control characters or line breaks, not endless. */
export function cleanLine(text: string): string {
  const plain = stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return plain.length > longest ? `${plain.slice(0, longest)}…` : plain;
}
