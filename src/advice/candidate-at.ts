import { adviceTable } from '../data/advice.ts';
import { contextSteps } from '../data/ids.ts';
import type { Build } from '../data/schema.ts';
import { variantOf } from '../data/tables.ts';
import { memoize, once } from '../memoize.ts';
import { type BuildShape, shapeOfBuild } from '../model/memory/build-shape.ts';
import type { SchedulerTarget } from '../server-rules/target.ts';
import { type WeighedCandidate, weighCandidate } from './candidate.ts';
import { type Purpose, pointsAtBest, speedAtBest } from './judged.ts';
import { doesRun, type RunDemand, runOutcome, usable, usableOnDevice, wantedSpeed } from './run-outcome.ts';
import type { Candidate, CheckRequest } from './types.ts';
import { isEnoughFor, mostGainAt, wantedContext } from './value.ts';
import { workloadFor } from './workload.ts';

/**
 * A build on a machine at the context of the request: the one that was asked for; `max`: the longest that keeps the placement; open: the
 * step, up to what the use wants, with the highest value. That is usually all of it, or the longest that stays on the device.
 * `suits`: what a requirement asks of the run; where it leaves the context open, it is met with any that does.
 */
export function candidateAt(
  target: SchedulerTarget,
  build: Build,
  request: CheckRequest,
  built: BuildShape = shapeOfBuild(build),
  suits?: Purpose['suits'],
): Candidate {
  const candidate = chosenFor(target, build, request, built, suits).complete();
  if (suits !== undefined) return candidate;
  const outcome = (demand: RunDemand) => once(() => outcomeOf(candidate, demand, { target, build, request, built }));
  return Object.defineProperties(candidate, {
    runs: { get: outcome(usable), enumerable: true },
    fits: { get: outcome(usableOnDevice), enumerable: true },
  });
}

interface Asked {
  target: SchedulerTarget;
  build: Build;
  request: CheckRequest;
  built: BuildShape;
}

/**
 * What a requirement comes to that leaves the context as open as the request does. What is worth most may be too slow with its context, or
 * lie partly in RAM beside a device that would hold it with less.
 */
function outcomeOf(candidate: Candidate, demand: RunDemand, { target, build, request, built }: Asked) {
  const here = runOutcome(candidate, demand);
  const nowhere = demand.onDevice && candidate.verdict !== 'gpu' && candidate.ceilingTokens === null;
  if (here === 'met' || nowhere || !doesRun(candidate)) return here;
  const { contextTokensTotal: asked, sequences } = request;
  const tokens = typeof asked === 'number' ? asked : contextSteps[0] * sequences;
  const workload = workloadFor(request, build.variant, tokens);
  if (speedAtBest({ target, built, workload }) < wantedSpeed(demand)) return here;
  const suits: Purpose['suits'] = (run) => runOutcome(run, demand) === 'met';
  return runOutcome(candidateAt(target, build, { ...request, useCase: null }, built, suits), demand);
}

function chosenFor(
  target: SchedulerTarget,
  build: Build,
  request: CheckRequest,
  built: BuildShape,
  suits: Purpose['suits'],
): WeighedCandidate {
  const { contextTokensTotal: asked, sequences, useCase } = request;
  const fast = fastEnough(request);
  const purpose: Purpose = { useCase, wantedTokens: wantedContext(request), suits: suits ?? fast };
  const workloadAt = (tokensTotal: number) => workloadFor(request, build.variant, tokensTotal);
  const atTotal = (tokens: number) => weighCandidate(target, build, workloadAt(tokens), purpose, built);
  if (typeof asked === 'number') return atTotal(asked);
  const trained = variantOf(build.variant).architecture.trainedContextTokens;
  const wanted = Math.min(wantedContext(request), trained);
  const choice: Choice = {
    purpose,
    sequences,
    wanted,
    steps: contextSteps.filter((step) => step < wanted).reverse(),
    at: memoize((tokens: number) => atTotal(tokens * sequences)),
    pointsAtMost: (tokens) => pointsAtBest({ target, built, workload: workloadAt(tokens * sequences), purpose }),
    answers: (one) => one.value !== null && isEnoughFor(one.value, useCase) && meets(one, fast),
  };
  const open = mostValuable(choice);
  const best = asked === 'max' ? longest(open, trained, choice) : open;
  if (meets(best, suits)) return best;
  return firstThat([wanted, ...choice.steps], choice.at, (one) => meets(one, suits)) ?? best;
}

/** The contexts that are open, and what a build is worth with each; tokens of one sequence. */
interface Choice {
  purpose: Purpose;
  sequences: number;
  wanted: number;
  /** Below the wanted one, the longest first. */
  steps: readonly number[];
  at: (tokens: number) => WeighedCandidate;
  pointsAtMost: (tokens: number) => number;
  /** Whether a run is fast enough, and worth enough for the use. */
  answers: (one: WeighedCandidate) => boolean;
}

/**
 * The longest context that keeps what is worth most on the device; partly in RAM, the longest step that answers at a usable speed. Never less than
 * where nothing was asked.
 */
function longest(
  open: WeighedCandidate,
  trained: number,
  { sequences, wanted, at, answers }: Choice,
): WeighedCandidate {
  if (open.verdict === 'gpu') {
    const ceiling = open.ceilingTokens();
    return ceiling === null ? open : at(Math.floor(ceiling / sequences));
  }
  const isUsable = (one: WeighedCandidate) =>
    answers(one) && (one.value?.tokensPerSecond ?? 0) >= adviceTable.alternatives.usableTokensPerSecond;
  const contexts = [...new Set([...contextSteps.filter((step) => step <= trained), wanted])].sort((a, b) => b - a);
  return firstThat(contexts, at, (one) => one === open || isUsable(one)) ?? open;
}

function mostValuable(choice: Choice): WeighedCandidate {
  const { wanted, sequences, steps, at, answers } = choice;
  const first = at(wanted);
  if (first.verdict === 'gpu') return orQuicker(first, choice);
  const whole = first.ceilingTokens() ?? 0;
  const onDevice = steps.find((step) => step * sequences <= whole);
  const others = [first, ...(onDevice === undefined ? [] : [at(onDevice)])];
  if (doesRun(first)) return orQuicker(bestAmong(others, answers), choice);
  const shorter = steps.filter((step) => step > (onDevice ?? 0));
  const least = shorter.pop();
  // What does not run with the shortest context runs with none.
  const shortest = least === undefined ? null : at(least);
  if (shortest === null || !doesRun(shortest)) return bestAmong(others, answers);
  return bestAmong([...others, firstThat(shorter, at, doesRun) ?? shortest], answers);
}

/** Speed drops as the context fills, so half or a quarter of it may have the higher value. */
function orQuicker(best: WeighedCandidate, { purpose, steps, at, pointsAtMost, answers }: Choice): WeighedCandidate {
  const { value } = best;
  if (value === null) return best;
  const enough = answers(best);
  const mayBeBetter = (step: number) =>
    !enough || (mostGainAt(value, step, purpose.wantedTokens) > 0 && pointsAtMost(step) > value.points);
  return bestAmong([best, ...steps.slice(0, 2).filter(mayBeBetter).map(at)], answers);
}

function meets({ verdict, speedAtFullContext }: WeighedCandidate, suits: Purpose['suits']): boolean {
  return suits === undefined || suits({ verdict, speedAtFullContext: speedAtFullContext() });
}

/** As fast as was asked for with the whole context in use; undefined where nothing was. */
function fastEnough({ minimumTokensPerSecond: least }: CheckRequest): Purpose['suits'] {
  if (least === null) return undefined;
  return ({ speedAtFullContext }) => (speedAtFullContext?.lowTokensPerSecond ?? 0) >= least;
}

function firstThat(
  contexts: readonly number[],
  at: Choice['at'],
  test: (one: WeighedCandidate) => boolean,
): WeighedCandidate | null {
  for (const tokens of contexts) {
    const weighed = at(tokens);
    if (test(weighed)) return weighed;
  }
  return null;
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
