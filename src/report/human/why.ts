import type { CheckResult } from '../../advice/types.ts';
import { answerSentence, outcomeOf, outcomeTones } from '../answer.ts';
import { buildName } from '../labels.ts';
import type { RenderOptions } from '../options.ts';
import { programName } from '../program-name.ts';
import { sentencesFor } from '../sentences/index.ts';
import { shorten, wrap } from '../text.ts';
import { contextMatrix } from './context-matrix.ts';
import { machineLine } from './machine-line.ts';
import { memoryBars } from './memory.ts';
import { sortedReasons } from './reasons.ts';
import { requirementText } from './requirements.ts';

/** `check --why`: everything that the answer rests on, as long as it takes. */
export function whyPage(result: CheckResult, options: RenderOptions): string[] {
  const { columns, paint } = options;
  const { about, why, levers, goodToKnow } = sortedReasons(result);
  const nothingFits = outcomeOf(result) === 'no' && result.recommendation === null && about !== null;
  const warnings = result.warnings.filter(({ code }) => code !== 'hypothetical').map(sentencesFor(result.request));
  const tone = paint[outcomeTones[outcomeOf(result)]];
  return [
    ...wrap(answerSentence(result), columns).map((line) => paint.bold(tone(line))),
    ...machineLine(result, options),
    '',
    ...section(
      'Requirements',
      result.requirements.map((one) => requirementText(one, result)),
      options,
    ),
    ...section(nothingFits ? shorten(`Why not even ${buildName(about)}`, columns) : 'Why', why, options),
    ...section('Ways to fit more', levers, options),
    ...section('Notes', [...warnings, ...goodToKnow], options),
    ...(result.recommendation === null ? [] : memoryBars(result, result.recommendation, options)),
    ...contextMatrix(result, options),
    ...more(options),
  ];
}

/** A titled list; nothing when it is empty. */
export function section(title: string, items: readonly string[], options: RenderOptions): string[] {
  if (items.length === 0) return [];
  const { columns, paint, program } = options;
  return [paint.bold(title), ...items.flatMap((item) => wrap(`- ${programName(item, program)}`, columns, '  ')), ''];
}

function more({ columns, paint, program }: RenderOptions): string[] {
  const text = `Full calculation: --explain MODEL. What the words mean: gemma-fit help terms.`;
  return wrap(programName(text, program), columns).map(paint.dim);
}
