import type { CheckResult } from '../../advice/types.ts';
import { contextSteps } from '../../data/ids.ts';
import { onePerVariant, type StripCell, stripRows } from '../context-matrix.ts';
import { buildName, verdictSign } from '../labels.ts';
import type { RenderOptions } from '../options.ts';
import { shorten } from '../text.ts';
import { textTable } from '../text-table.ts';
import { formatContext } from '../units.ts';
import { joinEntries } from './memory.ts';

/** Which context runs how, one row a variant: says at a glance where each model ends. */
export function contextMatrix(result: CheckResult, options: RenderOptions): string[] {
  const candidates = onePerVariant(result);
  if (candidates.length === 0) return [];
  const { columns, unicode, paint } = options;
  const cellWidth = columns >= 72 ? 6 : 5;
  const nameWidth = Math.min(columns - cellWidth * contextSteps.length, 28);
  const strips = stripRows(candidates, options.curves);
  const [head = '', ...rows] = textTable({
    columns: [{ cells: nameWidth }, ...contextSteps.map(() => ({ align: 'right', cells: cellWidth }) as const)],
    rows: [
      ['Context', ...contextSteps.map(formatContext)],
      ...strips.map(({ tag, cells }) => [
        shorten(buildName({ tag }), nameWidth - 1),
        ...cells.map((cell) => paintCell(cell, options)),
      ]),
    ],
    gap: 0,
  });
  const used = new Set(strips.flatMap(({ cells }) => cells));
  return [paint.bold(head), ...rows, ...joinEntries(key(used, unicode), columns).map(paint.dim), ''];
}

function paintCell(cell: StripCell, { paint, unicode }: RenderOptions): string {
  const sign = cellSign(cell, unicode);
  if (cell === 'gpu') return paint.good(sign);
  if (cell === 'no') return paint.bad(sign);
  return cell === 'split' || cell === 'cpu' ? paint.warn(sign) : paint.dim(sign);
}

function cellSign(cell: StripCell, unicode: boolean): string {
  if (cell === 'beyond') return unicode ? '–' : '-';
  return verdictSign(cell, unicode);
}

function key(used: ReadonlySet<StripCell>, unicode: boolean): string[] {
  const entries: [StripCell[], string][] = [
    [['gpu'], 'fully on GPU'],
    [['split', 'cpu'], 'partly on CPU (slower)'],
    [['no'], 'does not fit'],
    [['unknown'], 'unknown'],
    [['beyond'], "beyond the model's limit"],
  ];
  return entries
    .filter(([cells]) => cells.some((cell) => used.has(cell)))
    .map(([cells, words]) => `${cellSign(cells[0] ?? 'unknown', unicode)} ${words}`);
}
