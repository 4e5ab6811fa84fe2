import type { Grid, GridCell } from '../../advice/context/grid.ts';
import { clean } from '../../text.ts';
import { buildName, verdictSign } from '../labels.ts';
import type { Screen } from '../options.ts';
import { shorten, wrap } from '../text.ts';
import { textTable } from '../text-table.ts';
import { formatContext } from '../units.ts';

const cellWidth = 8;
const leastNameWidth = 14;

/** Builds x contexts for a person: a sign and GiB where all is on the GPU, the share of the weights where a part is. */
export function renderGrid(grid: Grid, options: Screen): string {
  const { columns, unicode, paint } = options;
  const shown = shownContexts(grid.contexts, columns);
  const nameWidth = Math.min(columns - shown.length * cellWidth, 28);
  const [head = '', ...body] = textTable({
    columns: [{ cells: nameWidth }, ...shown.map(() => ({ align: 'right', cells: cellWidth }) as const)],
    rows: [
      ['Build', ...shown.map(formatContext)],
      ...grid.rows.map(({ tag, cells }) => [
        shorten(clean(buildName({ tag })), nameWidth - 1),
        ...cells.filter(({ contextTokens }) => shown.includes(contextTokens)).map((cell) => painted(cell, options)),
      ]),
    ],
    gap: 0,
  });
  const lines = body.flatMap((line, at) =>
    at > 0 && grid.rows[at]?.variant !== grid.rows[at - 1]?.variant ? ['', line] : [line],
  );
  return `${[paint.bold(head), ...lines, '', ...wrap(paint.dim(key(unicode)), columns)].join('\n')}\n`;
}

function painted(cell: GridCell, { unicode, paint }: Screen): string {
  const { verdict } = cell;
  const text = textOf(cell, unicode);
  if (verdict === 'gpu') return paint.good(text);
  if (verdict === 'no') return paint.bad(text);
  return verdict === 'split' || verdict === 'cpu' ? paint.warn(text) : paint.dim(text);
}

function textOf(cell: GridCell, unicode: boolean): string {
  const { verdict, gpuWeightShare, needBytes } = cell;
  if (verdict === 'beyond') return unicode ? '–' : '-';
  const sign = verdictSign(verdict, unicode);
  if (verdict === 'unknown') return sign;
  if (verdict === 'split') return gpuWeightShare === null ? sign : `${sign}${Math.floor(gpuWeightShare * 100)}%`;
  return verdict === 'cpu' ? `${sign}CPU` : `${sign}${gibibytes(needBytes)}`;
}

function gibibytes(bytes: number | null): string {
  return bytes === null ? '' : (bytes / 2 ** 30).toFixed(1);
}

/** Every other context is left out where the width does not reach, the longest stays. */
function shownContexts(contexts: readonly number[], columns: number): number[] {
  const room = Math.max(Math.floor((columns - leastNameWidth) / cellWidth), 1);
  if (contexts.length <= room) return [...contexts];
  const last = contexts.length - 1;
  const step = Math.ceil(contexts.length / room);
  return contexts.filter((_, index) => (last - index) % step === 0);
}

function key(unicode: boolean): string {
  const [gpu, split, no] = (['gpu', 'split', 'no'] as const).map((verdict) => verdictSign(verdict, unicode));
  return `${gpu}GiB: fully on GPU, memory used. ${split}74%: share of the weights on the GPU, the rest on the CPU. ${no}GiB: does not fit.`;
}
