import { stripVTControlCharacters } from 'node:util';

/** Foreign text for showing and storing: no control characters, spaces folded, at most maxLength characters. */
export function cleanText(text: string, maxLength = 120): string {
  const plain = stripVTControlCharacters(text).replace(/[\p{Cc}\p{Cf}\u2028\u2029\ufffd]+/gu, ' ');
  const folded = plain.replace(/\s+/g, ' ').trim();
  return folded.length > maxLength ? `${folded.slice(0, maxLength - 1)}…` : folded;
}

/** First line that says something, cleaned: for the detail of a finding. */
export function firstLine(text: string): string {
  const line = text
    .slice(0, 4000)
    .split(/\r?\n/)
    .find((candidate) => cleanText(candidate) !== '');
  return cleanText(line ?? '', 200);
}

/** What drivers write for "I do not say": `[N/A]`, `[Not Supported]`, `N/A`, `None`, empty. */
export function isUnsaid(text: string): boolean {
  return /^(\[.*\]|n\/a|none|unknown( error)?|not (supported|available)|requested functionality .*|-)?$/i.test(
    text.trim(),
  );
}

/**
 * Lines of a foreign text, each cut at maxLength, the whole at 256 KiB: a pattern that is tried on a line takes a time that the line's
 * length bounds.
 */
export function shortLines(text: string, maxLength = 2000): string[] {
  return text
    .slice(0, 256 * 1024)
    .split(/\r?\n/)
    .map((line) => line.slice(0, maxLength));
}
