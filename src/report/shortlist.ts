import type { Candidate, CheckResult } from '../advice/types.ts';
import { onePerVariant } from './context-matrix.ts';

/** Candidates that a person needs to see, in the engine's order: the best build of each model, and whatever is named elsewhere. */
export function shortlist(result: CheckResult): Candidate[] {
  const { recommendation, alternatives, requirements, candidates } = result;
  const named = [
    recommendation?.tag,
    alternatives.fastest,
    alternatives.longestContext,
    ...requirements.map(({ tag }) => tag),
  ];
  const tags = new Set([...onePerVariant(result).map(({ tag }) => tag), ...named]);
  return candidates.filter(({ tag }) => tags.has(tag));
}
