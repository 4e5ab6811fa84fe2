import type { RequirementResult } from '../advice/types.ts';
import { formatContext } from './units.ts';

/** The build and the context of one conversation that decided a requirement, as a sentence: `gemma4:26b-a4b-it-qat, 32K context.`; none where nothing could be tried. */
export function decidedWith({ tag, contextTokensPerSequence: tokens }: RequirementResult): string[] {
  if (tag === null) return [];
  return [tokens === null ? `${tag}.` : `${tag}, ${formatContext(tokens)} context.`];
}
