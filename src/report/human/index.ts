import type { CheckResult } from '../../advice/types.ts';
import { answerSentence, outcomeOf, outcomeTones } from '../answer.ts';
import type { Renderer, RenderOptions } from '../options.ts';
import { explainCandidate } from './explain.ts';
import { screen } from './screen.ts';
import { whyPage } from './why.ts';

/** For a person at a terminal: one screen, or the page that was asked for. */
export const renderHuman: Renderer = (result, options) => `${pageOf(result, options).join('\n').trimEnd()}\n`;

function pageOf(result: CheckResult, options: RenderOptions): string[] {
  if (options.quiet) return [quietLine(result, options)];
  if (options.explain) return explainCandidate(result, options.explain, options);
  return options.why ? whyPage(result, options) : screen(result, options);
}

/** One line, never wrapped: for scripts and status bars. */
function quietLine(result: CheckResult, { paint }: RenderOptions): string {
  return paint[outcomeTones[outcomeOf(result)]](answerSentence(result));
}
