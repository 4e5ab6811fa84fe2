import type { Candidate, CheckResult } from '../../advice/types.ts';
import { type VariantId, variantIds } from '../../model/types.ts';
import { answerOf, candidateFacts } from '../answer.ts';
import { onePerVariant } from '../context-matrix.ts';
import { buildName, refusalWords, verdictWords } from '../labels.ts';
import type { PlainScreen } from '../options.ts';
import { contextOfOne } from '../pull-line.ts';
import { shorten } from '../text.ts';
import { textTable } from '../text-table.ts';
import { formatContext, formatSpeed } from '../units.ts';
import { gpuTexts } from './machine-line.ts';

const labelCells = 13;
const leastCells = 24;
const gap = 2;

interface Row {
  label: string;
  text: (result: CheckResult) => string;
}

/** Answers side by side: as many machines in a row of columns as the width allows. */
export function renderComparison(results: readonly CheckResult[], screen: PlainScreen): string {
  const many = Math.max(Math.floor((screen.columns - labelCells) / (leastCells + gap)), 1);
  const blocks: string[] = [];
  for (let start = 0; start < results.length; start += many)
    blocks.push(block(results.slice(start, start + many), screen));
  return `${blocks.join('\n\n')}\n`;
}

function block(results: readonly CheckResult[], { columns, paint }: PlainScreen): string {
  const cells = Math.min(Math.floor((columns - labelCells) / results.length) - gap, 44);
  const [head = '', ...rest] = textTable({
    columns: [{ cells: labelCells - gap }, ...results.map(() => ({ cells }))],
    rows: rowsFor().map(({ label, text }) => [label, ...results.map((one) => shorten(text(one), cells))]),
    gap,
  });
  return [paint.bold(head), ...rest].join('\n');
}

function rowsFor(): Row[] {
  return [
    { label: '', text: (result) => gpuTexts(result).join('; ').replace(' (simulated)', '') },
    { label: 'Recommended', text: recommended },
    { label: '', text: facts },
    ...[...variantIds]
      .reverse()
      .map((variant): Row => ({ label: variant, text: (result) => modelText(result, variant) })),
  ];
}

function recommended(result: CheckResult): string {
  return result.recommendation === null ? answerOf(result).head : buildName(result.recommendation);
}

function facts({ recommendation }: CheckResult): string {
  return recommendation === null ? '' : candidateFacts(recommendation).replace(' context', '');
}

/** `GPU, to 46K, 30-41 tok/s`. */
function modelText(result: CheckResult, variant: VariantId): string {
  const candidate = onePerVariant(result).find((one) => one.variant === variant);
  return candidate === undefined ? '-' : (refusalWords(candidate) ?? runningText(candidate));
}

function runningText({ verdict, ceilingTokens, speed, workload }: Candidate): string {
  const context =
    ceilingTokens === null ? [] : [`to ${formatContext(contextOfOne(ceilingTokens, workload.sequences))}`];
  const rate = speed === null ? [] : [`${formatSpeed(speed)} tok/s`];
  return [verdictWords[verdict].short, ...(verdict === 'gpu' ? context : []), ...rate].join(', ');
}
