import type { Grid, GridCell, GridRow } from '../../advice/context/grid.ts';
import { clean } from '../../text.ts';
import { buildName, verdictSign } from '../labels.ts';
import type { RenderOptions } from '../options.ts';
import { padCells, shorten, wrap } from '../text.ts';
import { formatContext } from '../units.ts';

type Screen = Pick<RenderOptions, 'columns' | 'unicode' | 'paint'>;

const cellWidth = 8;
const leastNameWidth = 14;

/** Builds x contexts for a person: a sign and GiB where all is on the GPU, the share of the weights where a part is. */
export function renderGrid(grid: Grid, options: Screen): string {
  const { columns, unicode, paint } = options;
  const shown = shownContexts(grid.contexts, columns);
  const nameWidth = Math.min(columns - shown.length * cellWidth, 28);
  const head = 'Build'.padEnd(nameWidth) + shown.map((context) => formatContext(context).padStart(cellWidth)).join('');
  const lines = [paint.bold(head)];
  let variant = grid.rows[0]?.variant;
  for (const row of grid.rows) {
    if (row.variant !== variant) lines.push('');
    variant = row.variant;
    lines.push(line(row, shown, nameWidth, options));
  }
  return `${[...lines, '', ...wrap(paint.dim(key(unicode)), columns)].join('\n')}\n`;
}

function line({ tag, cells }: GridRow, shown: readonly number[], nameWidth: number, options: Screen): string {
  const name = padCells(shorten(clean(buildName({ tag })), nameWidth - 1), nameWidth);
  const wanted = cells.filter(({ contextTokens }) => shown.includes(contextTokens));
  return (name + wanted.map((cell) => painted(cell, options)).join('')).trimEnd();
}

function painted(cell: GridCell, { unicode, paint }: Screen): string {
  const { verdict } = cell;
  const text = textOf(cell, unicode);
  const pad = ' '.repeat(Math.max(cellWidth - text.length, 1));
  if (verdict === 'gpu') return pad + paint.good(text);
  if (verdict === 'no') return pad + paint.bad(text);
  return pad + (verdict === 'split' || verdict === 'cpu' ? paint.warn(text) : paint.dim(text));
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
