import type { Candidate, CheckResult } from '../advice/types.ts';
import { variantIds } from '../model/types.ts';
import { onePerVariant } from './context-matrix.ts';

/** Candidates that a report shows at once: the best build of each model, and whatever is named elsewhere. */
export function shortlist(result: CheckResult): Candidate[] {
  const { recommendation, alternatives, requirements, candidates } = result;
  const named = [
    recommendation?.tag,
    ...Object.values(alternatives).map((alternative) => alternative?.tag),
    ...requirements.map(({ tag }) => tag),
  ];
  const tags = new Set([...onePerVariant(result).map(({ tag }) => tag), ...named]);
  return bySize(candidates.filter(({ tag }) => tags.has(tag)));
}

/** Most rows of the table on the screen. */
const rowsMost = 6;

/** A row a model, and builds that a requirement names while there is room. */
export function screenRowsOf(result: CheckResult): Candidate[] {
  const models = onePerVariant(result);
  const shown = new Set(models.map(({ tag }) => tag));
  const asked = result.candidates.filter(
    ({ tag }) => !shown.has(tag) && result.requirements.some((requirement) => requirement.tag === tag),
  );
  return bySize([...models, ...asked.slice(0, Math.max(rowsMost - models.length, 0))]);
}

/**
 * The largest model first; the smallest first where something does not fit, so that this stands last. Builds of one model stay in the
 * order of the advice.
 */
export function bySize(candidates: readonly Candidate[]): Candidate[] {
  const order = candidates.some(({ verdict }) => verdict === 'no') ? 1 : -1;
  const place = ({ variant }: Candidate) => order * variantIds.indexOf(variant);
  return [...candidates].sort((a, b) => place(a) - place(b));
}
