import type { Listed } from '../advice/listing.ts';
import { clean } from '../text.ts';
import type { RenderOptions } from './options.ts';
import { displayWidth, padCells, shortenMiddle } from './text.ts';
import { formatContext, formatDownload, formatMemory } from './units.ts';

type Screen = Pick<RenderOptions, 'columns' | 'paint'>;

interface Column {
  head: string;
  right: boolean;
  cell: (row: Listed) => string;
}

const unknown = '?';

const columns: readonly Column[] = [
  { head: 'Download', right: true, cell: ({ downloadBytes: b }) => (b === null ? unknown : formatDownload(b)) },
  {
    head: 'GPU at 4K',
    right: true,
    cell: ({ deviceBytes: { at4096: b } }) => (b === null ? unknown : formatMemory(b)),
  },
  {
    head: 'GPU at max context',
    right: true,
    cell: ({ deviceBytes: { atTrained: b }, trainedContextTokens }) =>
      b === null ? unknown : `${formatMemory(b)} at ${formatContext(trainedContextTokens)}`,
  },
  {
    head: 'Min. Ollama',
    right: false,
    cell: ({ minimumOllama, platforms }) => `${minimumOllama}${platforms === null ? '' : ' Mac'}`,
  },
  { head: 'Input', right: false, cell: ({ input }) => input.filter((kind) => kind !== 'text').join(' ') || 'text' },
];

/** The builds as a table for a person; columns from the right are left out where the width does not reach. */
export function renderList(
  rows: readonly Listed[],
  { columns: width, paint }: Screen,
  card: readonly string[] = [],
): string {
  const widest = Math.max(...rows.map((row) => displayWidth(nameOf(row))), 5);
  const shown = fitting(rows, Math.min(widest, 40), width);
  const others = shown.reduce((sum, column) => sum + 2 + cellsOf(column, rows), 0);
  const nameCells = Math.min(widest, Math.max(width - others, 20));
  const widths = shown.map((column) => cellsOf(column, rows));
  const line = (name: string, cells: readonly string[]): string =>
    [name.padEnd(nameCells), ...cells].join('  ').trimEnd();
  const heads = shown.map((column, index) => padded(column.head, widths[index] ?? 0, column.right));
  const body = rows.map((row) => {
    const cells = shown.map((column, index) => padded(column.cell(row), widths[index] ?? 0, column.right));
    return line(padCells(shortenMiddle(nameOf(row), nameCells), nameCells), cells);
  });
  const sources = [...new Set(rows.map(({ date }) => date))].sort().at(-1);
  const note = paint.dim(`Text only, f16 KV cache. Data as of ${sources ?? unknown}; sources: gemma-fit list --json`);
  return `${[...card, paint.bold(line('Build', heads)), ...body, '', note].join('\n')}\n`;
}

/** On Macs a plain tag is an MLX build: it stands there twice, and is told apart. */
function nameOf({ tag, runner }: Listed): string {
  return `${clean(tag)}${runner === 'mlx' && !/mlx|mxfp|nvfp/.test(tag) ? ' (Mac: MLX)' : ''}`;
}

function fitting(rows: readonly Listed[], nameCells: number, width: number): Column[] {
  const shown = [...columns];
  const total = () => nameCells + shown.reduce((sum, column) => sum + 2 + cellsOf(column, rows), 0);
  while (shown.length > 2 && total() > width) shown.pop();
  return shown;
}

function cellsOf({ head, cell }: Column, rows: readonly Listed[]): number {
  return Math.max(displayWidth(head), ...rows.map((row) => displayWidth(cell(row))));
}

function padded(text: string, cells: number, right: boolean): string {
  return right ? text.padStart(cells) : text.padEnd(cells);
}
