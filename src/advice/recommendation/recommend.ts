import { adviceTable } from '../../data/advice.ts';
import type { AdviceFinding, Finding } from '../findings.ts';
import { sumParts } from '../parts.ts';
import type { Candidate, CheckRequest, Recommendation } from '../types.ts';
import { defaultUseCase, profileOf, qualityPoints } from '../use-case.ts';
import { wantedContext } from '../value.ts';
import { mlxFaster } from './mlx-faster.ts';
import { headroomOf, lossRank, type Standing, standingOf } from './rank.ts';

const { usableTokensPerSecond } = adviceTable.alternatives;

/** The first of the ranked candidates that runs and answers the request, with its reasons; null when none does. */
export function recommend(ranked: readonly Candidate[], request: CheckRequest): Recommendation | null {
  // Of unknown speed is none that answers a minimum.
  const unvalued: Standing[] = request.minimumTokensPerSecond === null ? ['unvalued'] : [];
  const answers: readonly Standing[] = ['good', 'unsure', 'shorter', ...unvalued];
  const chosen = ranked.find((candidate) => answers.includes(standingOf(candidate, request)));
  return chosen === undefined ? null : { ...chosen, because: because(chosen, ranked, request) };
}

function because(chosen: Candidate, ranked: readonly Candidate[], request: CheckRequest): AdviceFinding[] {
  return [
    quality(chosen, request),
    ...weakness(chosen, request),
    ...compromise(chosen, ranked, request),
    ...buildChoice(chosen, ranked, request),
    ...mlxFaster(chosen, ranked),
    ...speed(chosen, request),
    ...promptWait(chosen),
    ...headroom(chosen),
    ...larger(chosen, ranked, request),
  ];
}

function quality({ variant }: Candidate, { useCase }: CheckRequest): AdviceFinding {
  const { benchmarks } = profileOf(useCase);
  const score = qualityPoints(variant, useCase);
  return { code: 'best-quality', variant, benchmarks, score, useCase: useCase ?? defaultUseCase };
}

/** The best that runs may still be too weak for the use. */
function weakness({ variant }: Candidate, { useCase }: CheckRequest): AdviceFinding[] {
  const { use, leastQuality } = profileOf(useCase);
  const score = qualityPoints(variant, useCase);
  if (leastQuality === null || score >= leastQuality) return [];
  return [{ code: 'weak-for-use', useCase: use, variant, score, leastScore: leastQuality }];
}

/** The compromises: less context than requested, less speed than the use wants, a part on the CPU. */
function compromise(chosen: Candidate, ranked: readonly Candidate[], request: CheckRequest): AdviceFinding[] {
  const why = whyCompromise(chosen, ranked, request);
  return why === null ? [] : [{ code: 'only-slower', why }];
}

function whyCompromise(
  { workload, verdict, value }: Candidate,
  ranked: readonly Candidate[],
  request: CheckRequest,
): Finding<'only-slower'>['why'] | null {
  if (workload.contextTokensPerSequence < wantedContext(request) && typeof request.contextTokensTotal === 'number') {
    return 'context';
  }
  if (verdict !== 'gpu' && !ranked.some((candidate) => candidate.verdict === 'gpu')) return 'nothing-fits';
  const whole = ranked.some((one) => one.verdict === 'gpu' && standingOf(one, request) === 'good');
  if (verdict === 'split') return whole ? 'split-better' : 'split';
  return value !== null && value.tokensPerSecond < profileOf(request.useCase).tokensPerSecond / 2 ? 'speed' : null;
}

/** Why this build and not the plain Q4_K_M of the same model. */
function buildChoice(chosen: Candidate, ranked: readonly Candidate[], request: CheckRequest): AdviceFinding[] {
  const plain = ranked.find(
    (candidate) =>
      candidate.variant === chosen.variant &&
      candidate.quantization === 'Q4_K_M' &&
      standingOf(candidate, request) === 'good',
  );
  if (plain === undefined || lossRank(chosen.quantization) >= lossRank(plain.quantization)) return [];
  const why = chosen.quantization.startsWith('QAT') ? 'qat' : 'less-loss';
  return [{ code: 'build-choice', tag: chosen.tag, over: plain.tag, why }];
}

/** The speed at the start, and with a full context if that differs. */
function speed(
  { speed: atStart, speedAtFullContext, workload, verdict }: Candidate,
  { minimumTokensPerSecond }: CheckRequest,
): AdviceFinding[] {
  if (atStart === null) return verdict === 'cpu' ? [{ code: 'speed-unmeasured' }] : [];
  const { lowTokensPerSecond, highTokensPerSecond, expectedTokensPerSecond, basis } = atStart;
  const found: AdviceFinding[] = [{ code: 'expected-speed', lowTokensPerSecond, highTokensPerSecond }];
  if (basis === 'assumed') found.push({ code: 'speed-assumed' });
  if (speedAtFullContext !== null && speedAtFullContext.expectedTokensPerSecond < 0.85 * expectedTokensPerSecond) {
    const { lowTokensPerSecond: low, highTokensPerSecond: high } = speedAtFullContext;
    const contextTokens = workload.contextTokensPerSequence;
    found.push({ code: 'slower-when-full', lowTokensPerSecond: low, highTokensPerSecond: high, contextTokens });
  }
  if (minimumTokensPerSecond !== null && (speedAtFullContext?.lowTokensPerSecond ?? 0) < minimumTokensPerSecond) {
    found.push({ code: 'speed-unknown', minimumTokensPerSecond });
  }
  return found;
}

/** Nobody waits for the first word for longer without being told. */
const unsaidSeconds = 120;

/** How long a prompt takes that fills the context, where that is long. */
function promptWait({ promptSpeed, workload }: Candidate): AdviceFinding[] {
  if (promptSpeed === null) return [];
  const contextTokens = workload.contextTokensPerSequence;
  const leastSeconds = contextTokens / promptSpeed.highTokensPerSecond;
  const mostSeconds = contextTokens / promptSpeed.lowTokensPerSecond;
  return mostSeconds < unsaidSeconds ? [] : [{ code: 'slow-prompt', leastSeconds, mostSeconds, contextTokens }];
}

function headroom(chosen: Candidate): AdviceFinding[] {
  const { placement, workload } = chosen;
  if (placement.mode !== 'full') return [];
  const further = chosen.ceilingTokens !== null && chosen.ceilingTokens > workload.contextTokensTotal;
  const ceilingTokens = further ? chosen.ceilingTokens : null;
  return [{ code: 'headroom', remainingBytes: headroomOf(chosen), ceilingTokens }];
}

/** The next better model that was not chosen, at its closest build, and why not. */
function larger(chosen: Candidate, ranked: readonly Candidate[], request: CheckRequest): AdviceFinding[] {
  const { useCase } = request;
  const score = (candidate: Candidate) => qualityPoints(candidate.variant, useCase);
  const better = ranked.filter(
    (candidate) => score(candidate) > score(chosen) && !['server', 'platform'].includes(candidate.refusal ?? ''),
  );
  const least = Math.min(...better.map(score));
  const nearest = better.filter((candidate) => score(candidate) === least);
  const closest = nearest.find(({ value }) => value !== null) ?? smallest(nearest);
  if (closest === null) return [];
  const { tag, verdict, speed: expected, ceilingTokens } = closest;
  if (expected !== null) {
    const { lowTokensPerSecond, highTokensPerSecond } = expected;
    const wantedTokensPerSecond = request.minimumTokensPerSecond ?? profileOf(useCase).tokensPerSecond;
    if (verdict === 'split' && expected.expectedTokensPerSecond >= usableTokensPerSecond) {
      return [{ code: 'larger-split', tag, lowTokensPerSecond, highTokensPerSecond }];
    }
    if (highTokensPerSecond < wantedTokensPerSecond) {
      return [{ code: 'larger-too-slow', tag, highTokensPerSecond, wantedTokensPerSecond }];
    }
    const contextTokens = ceilingTokens ?? closest.workload.contextTokensTotal;
    const by = losesMostBy(closest, chosen);
    return [{ code: 'larger-worth-less', tag, by, contextTokens, lowTokensPerSecond, highTokensPerSecond }];
  }
  const spill = closest.reasons.find(({ code }) => code === 'spills' || code === 'experts-on-cpu');
  const missingBytes = spill !== undefined && 'missingBytes' in spill ? spill.missingBytes : null;
  return [{ code: 'larger-does-not-fit', tag, verdict, missingBytes, ceilingTokens }];
}

/** The part of the value by which a candidate lies furthest behind another. */
function losesMostBy({ value: less }: Candidate, { value: more }: Candidate): Finding<'larger-worth-less'>['by'] {
  if (less === null || more === null) return 'speed';
  const losses = [
    { by: 'context', points: more.context - less.context },
    { by: 'speed', points: more.speed - less.speed },
    { by: 'quantization', points: more.weightLoss - less.weightLoss },
  ] as const;
  return losses.reduce((most, next) => (next.points > most.points ? next : most)).by;
}

function smallest(candidates: readonly Candidate[]): Candidate | null {
  const size = ({ need }: Candidate) => sumParts(need.device) || sumParts(need.host);
  return candidates.reduce<Candidate | null>(
    (best, next) => (best === null || size(next) < size(best) ? next : best),
    null,
  );
}
