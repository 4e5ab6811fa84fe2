import type { CheckResult, RequirementResult } from '../../advice/types.ts';
import { decidedWith } from '../decided-with.ts';
import { outcomeWords } from '../labels.ts';
import type { RenderOptions } from '../options.ts';
import { sentencesFor } from '../sentences/index.ts';
import { shorten } from '../text.ts';

/** Most requirements that the screen lists; `--why` lists all. */
const shownMost = 3;

/** One line a requirement, where there are several and not all are met: what is not met first. */
export function requirementLines(result: CheckResult, { columns }: RenderOptions): string[] {
  const { requirements } = result;
  if (requirements.length < 2 || requirements.every(({ outcome }) => outcome === 'met')) return [];
  const order: RequirementResult['outcome'][] = ['failed', 'unknown', 'met'];
  const sorted = order.flatMap((outcome) => requirements.filter((one) => one.outcome === outcome));
  const left = sorted.length - shownMost;
  return [
    ...sorted.slice(0, shownMost).map((one) => shorten(requirementText(one, result), columns)),
    ...(left > 0 ? [`${left} more: --why`] : []),
  ];
}

/** `31b@32k failed: Needs ...`, all of it; what is met, with what. */
export function requirementText(one: RequirementResult, { request }: Pick<CheckResult, 'request'>): string {
  const { requirement, outcome, reasons } = one;
  const why = (outcome === 'met' ? decidedWith(one) : reasons.map(sentencesFor(request))).join(' ');
  return `${requirement.text} ${outcomeWords[outcome].toLowerCase()}${why === '' ? '' : `: ${why}`}`;
}
