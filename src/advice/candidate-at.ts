import { contextSteps } from '../data/ids.ts';
import type { Build } from '../data/schema.ts';
import { variantOf } from '../data/tables.ts';
import { type BuildShape, shapeOfBuild } from '../model/memory/build-shape.ts';
import type { SchedulerTarget } from '../server-rules/target.ts';
import { type WeighedCandidate, weighCandidate } from './candidate.ts';
import { type Purpose, pointsAtBest } from './judged.ts';
import type { Candidate, CheckRequest } from './types.ts';
import { isEnoughFor, mostGainAt, wantedContext } from './value.ts';
import { workloadFor } from './workload.ts';

/**
 * A build on a machine at the context of the request: the one that was asked for; `max`: the longest that keeps the placement; open: the
 * step, up to what the use wants, with the highest value. That is usually all of it, or the longest that stays on the device.
 */
export function candidateAt(
  target: SchedulerTarget,
  build: Build,
  request: CheckRequest,
  built: BuildShape = shapeOfBuild(build),
  suits?: Purpose['suits'],
): Candidate {
  const { contextTokensTotal, sequences, useCase } = request;
  const fast = fastEnough(request);
  const purpose: Purpose = { useCase, wantedTokens: wantedContext(request), suits: suits ?? fast };
  const answers = ({ verdict, value, speedAtFullContext }: WeighedCandidate) =>
    value !== null &&
    isEnoughFor(value, useCase) &&
    (fast === undefined || fast({ verdict, speedAtFullContext: speedAtFullContext() }));
  const bestOf = (candidates: readonly WeighedCandidate[]) => bestAmong(candidates, answers);
  const workloadAt = (tokens: number) => workloadFor(request, build.variant, tokens);
  const atTotal = (tokens: number) => weighCandidate(target, build, workloadAt(tokens), purpose, built);
  const at = (perSequence: number) => atTotal(perSequence * sequences);
  const pointsAtMost = (perSequence: number) =>
    pointsAtBest({ target, built, workload: workloadAt(perSequence * sequences), purpose });
  if (typeof contextTokensTotal === 'number') return atTotal(contextTokensTotal).complete();
  const trained = variantOf(build.variant).architecture.trainedContextTokens;
  const wanted = Math.min(contextTokensTotal === 'max' ? trained : wantedContext(request), trained);
  const first = at(wanted);
  const steps = contextSteps.filter((step) => step < wanted).reverse();
  // Speed drops as the context fills, so half or a quarter of it may have the higher value.
  const withQuicker = (best: WeighedCandidate) => {
    const { value } = best;
    if (value === null) return best;
    const enough = answers(best);
    const mayBeBetter = (step: number) =>
      !enough || (mostGainAt(value, step, purpose.wantedTokens) > 0 && pointsAtMost(step) > value.points);
    return bestOf([best, ...steps.slice(0, 2).filter(mayBeBetter).map(at)]);
  };
  if (first.verdict === 'gpu') return (contextTokensTotal === 'max' ? first : withQuicker(first)).complete();
  const ceiling = first.ceilingTokens();
  if (contextTokensTotal === 'max' && ceiling !== null) return at(Math.floor(ceiling / sequences)).complete();
  const whole = ceiling ?? 0;
  const onDevice = steps.find((step) => step * sequences <= whole);
  const others = [first, ...(onDevice === undefined ? [] : [at(onDevice)])];
  if (runs(first)) return withQuicker(bestOf(others)).complete();
  const shorter = steps.filter((step) => step > (onDevice ?? 0));
  const least = shorter.pop();
  // What does not run with the shortest context runs with none.
  const shortest = least === undefined ? null : at(least);
  if (shortest === null || !runs(shortest)) return bestOf(others).complete();
  return bestOf([...others, firstThatRuns(shorter.map((step) => () => at(step))) ?? shortest]).complete();
}

/** As fast as was asked for with the whole context in use; undefined where nothing was. */
function fastEnough({ minimumTokensPerSecond: least }: CheckRequest): Purpose['suits'] {
  if (least === null) return undefined;
  return ({ speedAtFullContext }) => (speedAtFullContext?.lowTokensPerSecond ?? 0) >= least;
}

function firstThatRuns(candidates: readonly (() => WeighedCandidate)[]): WeighedCandidate | null {
  for (const candidate of candidates) {
    const weighed = candidate();
    if (runs(weighed)) return weighed;
  }
  return null;
}

function runs({ verdict }: WeighedCandidate): boolean {
  return verdict === 'gpu' || verdict === 'split' || verdict === 'cpu';
}

/** The one with the highest value of those that answer the request, else of all; if none runs, the first. */
function bestAmong(
  candidates: readonly WeighedCandidate[],
  answers: (one: WeighedCandidate) => boolean,
): WeighedCandidate {
  const answering = candidates.filter(answers);
  const among = answering.length > 0 ? answering : candidates;
  return among.reduce((best, next) => (points(next) > points(best) ? next : best));
}

function points({ value, verdict }: WeighedCandidate): number {
  if (value !== null) return value.points;
  return verdict === 'unknown' ? -Number.MAX_VALUE : Number.NEGATIVE_INFINITY;
}
