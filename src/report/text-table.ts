import Table from 'cli-table3';
import { displayWidth, wrap } from './text.ts';

export interface TextColumn {
  align?: 'left' | 'right';
  /** Exactly so many cells, which no text of it may exceed; default: as many as its widest text. */
  cells?: number;
}

/** A text, of several lines if need be, or one that stands in place of several columns. */
export type TextCell = string | { content: string; colSpan: number };

export interface TextTable {
  columns: readonly TextColumn[];
  rows: readonly (readonly TextCell[])[];
  /** Spaces between two columns. */
  gap?: number;
  /** Spaces before the first. */
  indent?: number;
}

/** Rows laid out at a time: cli-table3's time grows with the square of their number. */
const rowsAtATime = 50;

/** Rows as lines of aligned columns, without frames: quiet to look at, and a screen reader has none to read out. */
export function textTable({ columns, rows, gap = 2, indent = 0 }: TextTable): string[] {
  const widths = widthsOf(columns, rows, gap);
  // A cell over several columns counts a frame of one cell between them: the first space of the gap.
  const [frame, padding] = gap > 0 ? [' ', gap - 1] : ['', 0];
  const lines: string[] = [];
  for (let start = 0; start < rows.length; start += rowsAtATime) {
    const table = new Table({
      colAligns: columns.map(({ align }) => align ?? 'left'),
      colWidths: widths.map((cells) => cells + padding),
      chars: { ...noFrames, middle: frame },
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': padding, compact: true },
      truncate: '',
    });
    for (const row of rows.slice(start, start + rowsAtATime)) table.push([...row]);
    lines.push(...table.toString().split('\n'));
  }
  return lines.map((line) => (' '.repeat(indent) + line).trimEnd());
}

/** Labels and what they stand for, side by side; a long text is broken, and its lines stay beside its label. */
export function labelledLines(
  rows: readonly (readonly [label: string, text: string])[],
  { width, labelCells, indent = 0 }: { width: number; labelCells?: number; indent?: number },
): string[] {
  const cells = labelCells ?? Math.max(0, ...rows.map(([label]) => displayWidth(label)));
  const left = width - indent - cells - 2;
  return textTable({
    columns: [{ cells }, {}],
    rows: rows.map(([label, text]) => [label, wrap(text, left).join('\n')]),
    indent,
  });
}

function widthsOf(columns: readonly TextColumn[], rows: readonly (readonly TextCell[])[], gap: number): number[] {
  const widths = columns.map(({ cells }) => cells ?? 0);
  const placed = rows.flatMap(placesOf);
  const widen = (at: number, wanted: number) => {
    if (columns[at]?.cells === undefined) widths[at] = Math.max(widths[at] ?? 0, wanted);
  };
  for (const { at, span, cells } of placed) if (span === 1) widen(at, cells);
  for (const { at, span, cells } of placed) {
    if (span === 1) continue;
    const before = widths.slice(at, at + span - 1).reduce((sum, width) => sum + width + gap, 0);
    widen(at + span - 1, cells - before);
  }
  return widths;
}

function placesOf(row: readonly TextCell[]): { at: number; span: number; cells: number }[] {
  let at = 0;
  return row.map((cell) => {
    const { content, colSpan: span } = typeof cell === 'string' ? { content: cell, colSpan: 1 } : cell;
    const place = { at, span, cells: Math.max(...content.split('\n').map(displayWidth)) };
    at += span;
    return place;
  });
}

const noFrames = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'right', 'middle', 'mid', 'mid-mid', 'left-mid', 'right-mid'],
  ].map((name) => [name, '']),
);
