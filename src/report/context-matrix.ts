import type { Candidate, CheckResult, Verdict } from '../advice/types.ts';
import { contextSteps } from '../data/ids.ts';
import { variantOf } from '../data/variants.ts';
import { variantIds } from '../model/types.ts';
import { decidingBytes } from './figures.ts';
import type { Curve } from './options.ts';

/** What happens at one context. `beyond`: the model was not trained for it. */
export type StripCell = Verdict | 'beyond';

export interface StripRow {
  tag: string;
  cells: StripCell[];
}

/** One row for each of the given candidates; what neither the result nor a curve says is `unknown`. */
export function stripRows(candidates: readonly Candidate[], curves: readonly Curve[] = []): StripRow[] {
  return candidates.map((candidate) => {
    const curve = curves.find(({ tag }) => tag === candidate.tag) ?? null;
    return { tag: candidate.tag, cells: contextSteps.map((context) => cellAt(candidate, curve, context)) };
  });
}

function cellAt(candidate: Candidate, curve: Curve | null, context: number): StripCell {
  const { variant, workload } = candidate;
  if (context > variantOf(variant).architecture.trainedContextTokens * workload.sequences) return 'beyond';
  // The ceiling comes first: it may be reached with a smaller micro-batch than the one that the curve is drawn for.
  if (candidate.ceilingTokens !== null && context <= candidate.ceilingTokens) return 'gpu';
  const told = curve?.points.find(({ contextTokens }) => contextTokens === context)?.verdict;
  return told ?? deduced(candidate, context);
}

/** Memory only grows with the context, so one verdict says something about the contexts on one side of it. */
function deduced({ verdict, workload }: Candidate, context: number): StripCell {
  if (context === workload.contextTokensTotal) return verdict;
  if (verdict === 'no' && context > workload.contextTokensTotal) return 'no';
  if (verdict === 'cpu' && context < workload.contextTokensTotal) return 'cpu';
  return 'unknown';
}

function isRunning({ verdict }: Candidate): boolean {
  return verdict === 'split' || verdict === 'cpu';
}

/** The best build of each variant: the recommended one, else the first in the engine's order that lies on a GPU, else that runs, else the smallest. */
export function onePerVariant({ recommendation, candidates }: CheckResult): Candidate[] {
  const ranked = recommendation === null ? candidates : [recommendation, ...candidates];
  return variantIds.flatMap((variant) => {
    const builds = ranked.filter((candidate) => candidate.variant === variant);
    const recommended = builds.find((candidate) => candidate === recommendation);
    const runs = recommended ?? builds.find(({ verdict }) => verdict === 'gpu') ?? builds.find(isRunning);
    return runs ?? [...builds].sort((a, b) => decidingBytes(a) - decidingBytes(b))[0] ?? [];
  });
}

/** From slow to fast. */
const pace: readonly StripCell[] = ['cpu', 'split', 'gpu'];

/** The longest context, over all sequences, with which a candidate runs at least as its verdict says; null when it does not run. */
export function longestContext(candidate: Candidate, curves: readonly Curve[]): number | null {
  const { verdict, ceilingTokens, workload } = candidate;
  if (verdict === 'gpu') return ceilingTokens;
  if (!isRunning(candidate)) return null;
  const curve = curves.find(({ tag }) => tag === candidate.tag) ?? null;
  const longest = contextSteps.findLast(
    (context) => pace.indexOf(cellAt(candidate, curve, context)) >= pace.indexOf(verdict),
  );
  return Math.max(longest ?? 0, workload.contextTokensTotal);
}
