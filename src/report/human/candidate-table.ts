import type { Candidate, CheckResult } from '../../advice/types.ts';
import { longestContext } from '../context-matrix.ts';
import { decidingBytes } from '../figures.ts';
import { buildName, refusalWords, verdictWords } from '../labels.ts';
import type { RenderOptions } from '../options.ts';
import { contextOfOne } from '../pull-line.ts';
import { scoreHead, scoreText } from '../scores.ts';
import { bySize, screenRowsOf } from '../shortlist.ts';
import { displayWidth, shortenMiddle } from '../text.ts';
import { type TextCell, textTable } from '../text-table.ts';
import { count, formatContext, formatDownload, formatMemory, formatSpeed } from '../units.ts';

interface Column {
  head: string;
  align: 'left' | 'right';
  cell: (candidate: Candidate) => string;
  /** What a refusal stands in place of. */
  ofRunning: boolean;
  /** Left out when the width does not reach: the highest first; 0 stays. */
  expendable: number;
}

const gap = 2;
const leastNameCells = 12;
const unknown = '?';

function columnsFor(result: CheckResult, candidates: readonly Candidate[], options: RenderOptions): Column[] {
  const fixed = { align: 'right', ofRunning: false } as const;
  const running = { align: 'right', ofRunning: true } as const;
  return [
    { head: 'Download', ...fixed, expendable: 3, cell: (c) => known(c.downloadBytes, formatDownload) },
    { head: memoryHead(result, candidates), ...fixed, expendable: 2, cell: (c) => formatMemory(decidingBytes(c)) },
    {
      head: 'Runs on',
      align: 'left',
      ofRunning: true,
      expendable: 0,
      cell: ({ verdict }) => verdictWords[verdict].short,
    },
    { head: 'Context', ...running, expendable: 1, cell: (c) => contextText(c, options) },
    { head: 'Tok/s', ...running, expendable: 0, cell: (c) => known(c.speed, formatSpeed) },
    {
      head: scoreHead(result.request.useCase),
      ...fixed,
      expendable: 4,
      cell: (c) => scoreText(c, result.request.useCase),
    },
  ];
}

function known<T>(value: T | null, format: (value: T) => string): string {
  return value === null ? unknown : format(value);
}

/** What the memory column counts. */
function memoryHead({ machine }: CheckResult, candidates: readonly Candidate[]): string {
  if (candidates.every(({ placement }) => placement.devices.length === 0)) return 'RAM';
  const shared = machine.accelerators.some(({ kind, usable }) => kind !== 'discrete' && usable !== false);
  return shared || candidates.some(({ verdict }) => verdict === 'cpu') ? 'Memory' : 'GPU mem';
}

/** `to  46K`: the longest context with which it runs as the row says, in each conversation. */
function contextText(candidate: Candidate, { curves = [] }: RenderOptions): string {
  const tokens = longestContext(candidate, curves);
  return tokens === null ? '-' : `to ${formatContext(contextOfOne(tokens, candidate.workload.sequences)).padStart(4)}`;
}

/** One row for each model, the recommended one marked; fits into `options.columns`. */
export function candidateTable(result: CheckResult, options: RenderOptions): string[] {
  const candidates = options.all ? bySize(result.candidates) : screenRowsOf(result);
  if (candidates.length === 0) return [];
  const { shown, nameCells } = fitColumns(result, candidates, options);
  const [head = '', ...rows] = textTable({
    columns: [{}, ...shown],
    rows: [
      ['  Model', ...shown.map((column) => column.head)],
      ...candidates.map((candidate) => rowOf(candidate, result, shown, nameCells, options)),
    ],
    gap,
  });
  const hidden = result.candidates.length - candidates.length;
  const more = hidden > 0 ? [options.paint.dim(`  ${count(hidden, 'more build')}: --all`)] : [];
  return [options.paint.bold(head), ...rows, ...more];
}

function rowOf(
  candidate: Candidate,
  result: CheckResult,
  shown: readonly Column[],
  nameCells: number,
  { paint }: RenderOptions,
): TextCell[] {
  const chosen = candidate.tag === result.recommendation?.tag;
  const plain = `${chosen ? '>' : ' '} ${shortenMiddle(buildName(candidate), nameCells - 2)}`;
  const name = chosen ? paint.bold(plain) : plain;
  const { tone } = verdictWords[candidate.verdict];
  const refusal = refusalWords(candidate);
  if (refusal === null) {
    return [
      name,
      ...shown.map(({ head, cell }) => (head === 'Runs on' ? paint[tone](cell(candidate)) : cell(candidate))),
    ];
  }
  const before = shown.filter(({ ofRunning, head }) => !ofRunning && head !== scoreHead(result.request.useCase));
  const after = shown.filter(({ ofRunning }) => !ofRunning).slice(before.length);
  return [
    name,
    ...before.map(({ cell }) => cell(candidate)),
    { colSpan: shown.filter(({ ofRunning }) => ofRunning).length, content: paint[tone](refusal) },
    ...after.map(({ cell }) => cell(candidate)),
  ];
}

/** Leaves columns out, the most expendable first, until the names have room. */
function fitColumns(
  result: CheckResult,
  candidates: readonly Candidate[],
  options: RenderOptions,
): { shown: Column[]; nameCells: number } {
  let shown = columnsFor(result, candidates, options).filter(({ cell, ofRunning }) =>
    candidates.some((c) => (ofRunning && refusalWords(c) !== null) || !/^[-?]$/.test(cell(c))),
  );
  const wanted = 2 + Math.max(...candidates.map((candidate) => displayWidth(buildName(candidate))), 6);
  for (;;) {
    const others = shown.reduce((sum, column) => sum + columnCells(column, candidates) + gap, 0);
    const left = options.columns - others - overhang(shown, candidates) - gap;
    const most = Math.max(...shown.map(({ expendable }) => expendable));
    if (left >= Math.min(wanted, 20) || most === 0)
      return { shown, nameCells: Math.max(Math.min(left, wanted), leastNameCells) };
    shown = shown.filter(({ expendable }) => expendable !== most);
  }
}

function columnCells({ head, cell, ofRunning }: Column, candidates: readonly Candidate[]): number {
  const filled = candidates.filter((candidate) => !ofRunning || refusalWords(candidate) === null);
  return Math.max(displayWidth(head), ...filled.map((candidate) => displayWidth(cell(candidate))));
}

/** How much wider the longest refusal is than the columns that it spans. */
function overhang(shown: readonly Column[], candidates: readonly Candidate[]): number {
  const spanned = shown.filter(({ ofRunning }) => ofRunning);
  const cells = spanned.reduce((sum, column) => sum + columnCells(column, candidates) + gap, -gap);
  return Math.max(...candidates.map((candidate) => displayWidth(refusalWords(candidate) ?? '')), cells) - cells;
}
