import Table from 'cli-table3';
import type { Candidate, CheckResult } from '../../advice/types.ts';
import { decidingBytes, deviceNeedBytes, hostNeedBytes } from '../figures.ts';
import { bitsOf, shortTag, verdictSign, verdictWords } from '../labels.ts';
import type { RenderOptions } from '../options.ts';
import { shortlist } from '../shortlist.ts';
import { displayWidth, shorten } from '../text.ts';
import { count, formatContext, formatDownload, formatMemory, formatSpeed } from '../units.ts';

interface Column {
  head: string;
  align: 'left' | 'right';
  cell: (candidate: Candidate) => string;
  /** Left out when the width does not reach: the highest first; 0 stays. */
  expendable: number;
}

const gap = 2;
const leastNameCells = 12;

function columnsFor({ unicode }: RenderOptions, roomy: boolean): Column[] {
  const running = ({ verdict }: Candidate): string => `${verdictSign(verdict, unicode)} ${verdictWords[verdict].short}`;
  return [
    { head: 'Download', align: 'right', expendable: 2, cell: (c) => known(c.downloadBytes, formatDownload) },
    { head: 'Precision', align: 'left', expendable: 3, cell: precision },
    { head: 'Memory', align: 'right', expendable: 0, cell: (c) => formatMemory(decidingBytes(c)) },
    {
      head: '+ RAM',
      align: 'right',
      expendable: 4,
      cell: (c) => (decidingBytes(c) === deviceNeedBytes(c) ? formatMemory(hostNeedBytes(c)) : '-'),
    },
    { head: 'Runs on', align: 'left', expendable: 0, cell: running },
    {
      head: roomy ? 'Longest context' : 'Max context',
      align: 'right',
      expendable: 0,
      cell: (c) => (c.ceilingTokens === null ? '-' : formatContext(c.ceilingTokens)),
    },
    { head: roomy ? 'Tokens/s' : 'Tok/s', align: 'right', expendable: 1, cell: (c) => known(c.speed, formatSpeed) },
  ];
}

function known<T>(value: T | null, format: (value: T) => string): string {
  return value === null ? '?' : format(value);
}

function precision({ quantization }: Candidate): string {
  const bits = bitsOf(quantization);
  return bits === null ? shorten(quantization, 12) : `${bits}-bit`;
}

/** One row for each candidate, the recommended one marked; fits into `options.columns`. */
export function candidateTable(result: CheckResult, options: RenderOptions): string[] {
  const candidates = options.all ? result.candidates : shortlist(result);
  const { shown, nameCells } = fitColumns(candidates, options);
  const table = new Table({
    head: ['  Model', ...shown.map(({ head }) => head)],
    colAligns: ['left', ...shown.map(({ align }) => align)],
    chars: lines(options.unicode),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap, compact: true },
  });
  for (const candidate of candidates) {
    const chosen = candidate.tag === result.recommendation?.tag;
    const name = `${mark(chosen, options.unicode)} ${shorten(shortTag(candidate), nameCells - 2)}`;
    const cells = shown.map(({ head, cell }) => paintCell(head, cell(candidate), candidate, options));
    table.push([chosen ? options.paint.bold(name) : name, ...cells]);
  }
  const [head = '', rule = '', ...rows] = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  const hidden = result.candidates.length - candidates.length;
  const more = hidden > 0 ? [options.paint.dim(`  ${count(hidden, 'more build')} of the same models: --all`)] : [];
  // A name whose width the table counts differently must not push the head over the edge.
  return [
    options.paint.bold(shorten(head, options.columns)),
    shorten(rule, options.columns).replace(/\.\.$/, ''),
    ...rows,
    ...more,
  ];
}

/** Leaves columns out, the most expendable first, until the names have room. */
function fitColumns(candidates: readonly Candidate[], options: RenderOptions): { shown: Column[]; nameCells: number } {
  let shown = columnsFor(options, options.columns >= 100).filter(({ cell }) =>
    candidates.some((c) => !/^[-?]$/.test(cell(c))),
  );
  const wanted = 2 + Math.max(...candidates.map((candidate) => displayWidth(shortTag(candidate))), 6);
  for (;;) {
    const others = shown.reduce((sum, column) => sum + columnCells(column, candidates) + gap, 0);
    const left = options.columns - others - gap;
    const most = Math.max(...shown.map(({ expendable }) => expendable));
    if (left >= Math.min(wanted, 26) || most === 0)
      return { shown, nameCells: Math.max(Math.min(left, wanted), leastNameCells) };
    shown = shown.filter(({ expendable }) => expendable !== most);
  }
}

function columnCells({ head, cell }: Column, candidates: readonly Candidate[]): number {
  return Math.max(displayWidth(head), ...candidates.map((candidate) => displayWidth(cell(candidate))));
}

function mark(chosen: boolean, unicode: boolean): string {
  if (!chosen) return ' ';
  return unicode ? '→' : '>';
}

function paintCell(head: string, text: string, { verdict }: Candidate, { paint }: RenderOptions): string {
  return head === 'Runs on' ? paint[verdictWords[verdict].tone](text) : text;
}

/** A rule under the head and nothing else: quiet to look at, and a screen reader has no frames to read out. */
function lines(unicode: boolean): Record<string, string> {
  const edges = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'];
  const none = [...edges, 'left', 'right', 'middle', 'mid-mid', 'left-mid', 'right-mid'];
  return { ...Object.fromEntries(none.map((name) => [name, ''])), mid: unicode ? '─' : '-' };
}
