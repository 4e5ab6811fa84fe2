import Table from 'cli-table3';
import type { Candidate, CheckResult } from '../../advice/types.ts';
import { decidingBytes } from '../answer.ts';
import type { RenderOptions } from '../options.ts';
import { hostNeedBytes } from '../sums.ts';
import { shorten } from '../text.ts';
import { formatContext, formatDownload, formatMemory, formatSpeed } from '../units.ts';
import { bitsOf, shortTag, verdictSign, verdictWords } from '../words.ts';

interface Column {
  head: string;
  /** Shown from this many columns of the terminal on. */
  from: number;
  align: 'left' | 'right';
  cell: (candidate: Candidate) => string;
}

const unknown = '?';

const columns: readonly Column[] = [
  {
    head: 'Download',
    from: 72,
    align: 'right',
    cell: (c) => (c.downloadBytes === null ? unknown : formatDownload(c.downloadBytes)),
  },
  { head: 'Precision', from: 100, align: 'left', cell: precision },
  { head: 'Memory', from: 0, align: 'right', cell: (c) => formatMemory(decidingBytes(c)) },
  {
    head: '+ RAM',
    from: 100,
    align: 'right',
    cell: (c) => (c.verdict === 'cpu' ? '-' : formatMemory(hostNeedBytes(c))),
  },
];

function precision({ quantization }: Candidate): string {
  const bits = bitsOf(quantization);
  return bits === null ? quantization : `${bits}-bit`;
}

/** One row for each candidate, the recommended one marked and first in bold; fits into `options.columns`. */
export function candidateTable(result: CheckResult, options: RenderOptions): string[] {
  const shown = columns.filter(({ from }) => options.columns >= from);
  const wide = options.columns >= 72;
  const table = new Table({
    head: [
      '  Model',
      ...shown.map(({ head }) => head),
      'Runs on',
      wide ? 'Longest context' : 'Context',
      wide ? 'Tokens/s' : 'Tok/s',
    ],
    colAligns: ['left', ...shown.map(({ align }) => align), 'left', 'right', 'right'],
    chars: lines(options.unicode),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
  });
  const nameWidth = options.columns - (wide ? (options.columns >= 100 ? 84 : 62) : 44);
  for (const candidate of result.candidates) table.push(row(candidate, result, options, shown, nameWidth));
  const [head = '', ...rest] = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  return [options.paint.bold(head), ...rest];
}

function row(
  candidate: Candidate,
  result: CheckResult,
  options: RenderOptions,
  shown: readonly Column[],
  nameWidth: number,
): string[] {
  const { paint, unicode } = options;
  const chosen = candidate.tag === result.recommendation?.tag;
  const words = verdictWords[candidate.verdict];
  const name = `${chosen ? (unicode ? '→' : '>') : ' '} ${shorten(shortTag(candidate), Math.max(nameWidth - 2, 8))}`;
  return [
    chosen ? paint.bold(name) : name,
    ...shown.map(({ cell }) => cell(candidate)),
    paint[words.tone](`${verdictSign(candidate.verdict, unicode)} ${words.short}`),
    candidate.ceilingTokens === null ? '-' : formatContext(candidate.ceilingTokens),
    candidate.speed === null ? unknown : formatSpeed(candidate.speed),
  ];
}

/** A rule under the head and nothing else: quiet to look at, and a screen reader has no frames to read out. */
function lines(unicode: boolean): Record<string, string> {
  const rule = unicode ? '─' : '-';
  const none = [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'right',
    'middle',
  ];
  const chars = Object.fromEntries(none.map((name) => [name, '']));
  return { ...chars, mid: rule, 'mid-mid': '', 'left-mid': '', 'right-mid': '' };
}
