import type { Listed } from '../advice/listing.ts';
import { clean } from '../text.ts';
import type { PlainScreen } from './options.ts';
import { displayWidth, shortenMiddle } from './text.ts';
import { textTable } from './text-table.ts';
import { formatContext, formatDownload, formatMemory } from './units.ts';

interface Column {
  head: string;
  align: 'left' | 'right';
  cell: (row: Listed) => string;
}

const unknown = '?';

const columns: readonly Column[] = [
  { head: 'Download', align: 'right', cell: ({ downloadBytes: b }) => (b === null ? unknown : formatDownload(b)) },
  {
    head: 'GPU at 4K',
    align: 'right',
    cell: ({ deviceBytes: { at4096: b } }) => (b === null ? unknown : formatMemory(b)),
  },
  {
    head: 'GPU at max context',
    align: 'right',
    cell: ({ deviceBytes: { atTrained: b }, trainedContextTokens }) =>
      b === null ? unknown : `${formatMemory(b)} at ${formatContext(trainedContextTokens)}`,
  },
  {
    head: 'Min. Ollama',
    align: 'left',
    cell: ({ minimumOllama, platforms }) => `${minimumOllama}${platforms === null ? '' : ' Mac'}`,
  },
  { head: 'Input', align: 'left', cell: ({ input }) => input.filter((kind) => kind !== 'text').join(' ') || 'text' },
];

/** The builds as a table for a person; columns from the right are left out where the width does not reach. */
export function renderList(
  rows: readonly Listed[],
  { columns: width, paint }: PlainScreen,
  card: readonly string[] = [],
): string {
  const widest = Math.max(...rows.map((row) => displayWidth(nameOf(row))), 5);
  const shown = fitting(rows, Math.min(widest, 40), width);
  const others = shown.reduce((sum, column) => sum + 2 + cellsOf(column, rows), 0);
  const nameCells = Math.min(widest, Math.max(width - others, 20));
  const [head = '', ...body] = textTable({
    columns: [{ cells: nameCells }, ...shown],
    rows: [
      ['Build', ...shown.map((column) => column.head)],
      ...rows.map((row) => [shortenMiddle(nameOf(row), nameCells), ...shown.map(({ cell }) => cell(row))]),
    ],
  });
  const sources = [...new Set(rows.map(({ date }) => date))].sort().at(-1);
  const note = paint.dim(`Text only, f16 KV cache. Data as of ${sources ?? unknown}; sources: gemma-fit list --json`);
  return `${[...card, paint.bold(head), ...body, '', note].join('\n')}\n`;
}

/** On Macs a plain tag is an MLX build: it is listed twice, with a mark. */
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
