import { formatMemory } from './units.ts';

/** One part of a whole, for a stacked bar. */
export interface Segment {
  /** One upper-case letter, for the page. */
  letter: string;
  label: string;
  bytes: number;
  /** One character of ASCII, for the terminal. */
  glyph: string;
}

/**
 * Cells for each part, summing to exactly `width`, by largest remainder; every non-zero part gets at least one cell if there are enough
 * cells.
 * @param bytes sizes of the parts, not negative
 */
export function shareCells(bytes: readonly number[], width: number): number[] {
  const total = bytes.reduce((sum, value) => sum + value, 0);
  if (total <= 0 || width <= 0) return bytes.map(() => 0);
  const exact = bytes.map((value) => (value / total) * width);
  const cells = exact.map(Math.floor);
  const byRemainder = exact.map((value, index) => ({ index, rest: value - Math.floor(value) }));
  byRemainder.sort((a, b) => b.rest - a.rest || a.index - b.index);
  let left = width - cells.reduce((sum, value) => sum + value, 0);
  for (const { index } of byRemainder) {
    if (left-- <= 0) break;
    cells[index] = (cells[index] ?? 0) + 1;
  }
  return giveSmallPartsACell(bytes, cells);
}

function giveSmallPartsACell(bytes: readonly number[], cells: number[]): number[] {
  for (const [index, value] of bytes.entries()) {
    if (value <= 0 || cells[index] !== 0) continue;
    const widest = cells.indexOf(Math.max(...cells));
    if ((cells[widest] ?? 0) < 2) break;
    cells[widest] = (cells[widest] ?? 0) - 1;
    cells[index] = 1;
  }
  return cells;
}

/** `[########====V--   ]`: a character for each part, so that no colour is needed to read it. */
export function drawBar(segments: readonly Segment[], width: number): string {
  const cells = shareCells(
    segments.map(({ bytes }) => bytes),
    Math.max(width - 2, 1),
  );
  return `[${segments.map(({ glyph }, index) => glyph.repeat(cells[index] ?? 0)).join('')}]`;
}

/** `# model 13.4 GiB`, one entry a part that is not empty. */
export function legend(segments: readonly Segment[]): string[] {
  return segments
    .filter(({ bytes }) => bytes > 0)
    .map(({ glyph, label, bytes }) => `${glyph} ${label} ${formatMemory(bytes)}`.trimStart());
}
