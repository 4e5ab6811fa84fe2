import { cleanText } from '../text.ts';

/** Windows writes UTF-16 now and then, with a mark at the start; everything else is taken as UTF-8. Bad bytes are replaced, a mark taken off. */
export function decodeText(bytes: Uint8Array): string {
  return decoderOf(bytes).decode(bytes);
}

/** The decoder of a text that starts with these bytes. */
export function decoderOf([first, second]: Uint8Array): InstanceType<typeof TextDecoder> {
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le');
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be');
  return new TextDecoder();
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
export function isNotAvailable(text: string): boolean {
  return /^(\[.*\]|n\/a|none|unknown( error)?|not (supported|available)|requested functionality .*|-)?$/i.test(
    text.trim(),
  );
}

/**
 * Lines of a foreign text, each cut at maxLength, the whole at 256 KiB: a pattern that is tried on a line takes a time that the line's
 * length bounds.
 */
export function boundedLines(text: string, maxLength = 2000): string[] {
  return text
    .slice(0, 256 * 1024)
    .split(/\r?\n/)
    .map((line) => line.slice(0, maxLength));
}
