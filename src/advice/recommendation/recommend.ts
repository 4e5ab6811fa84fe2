import { variantOf } from '../../data/tables.ts';
import type { AdviceFinding, Finding } from '../findings.ts';
import { sumParts } from '../parts.ts';
import type { Candidate, Recommendation } from '../types.ts';
import { defaultUseCase, profileOf, scoreOf } from '../use-case.ts';
import type { Demand } from './exclusions.ts';
import { comfortOf, floorOf, headroomOf, lossRank, middleOf } from './rank.ts';

type OnlySlower = Finding<'only-slower'>;

/** The first of the ranked candidates that runs at all and answers the demand, with its reasons; null when none does. */
export function recommend(ranked: readonly Candidate[], demand: Demand): Recommendation | null {
  const chosen = ranked.find((candidate) => runs(candidate, demand));
  return chosen === undefined ? null : { ...chosen, because: because(chosen, ranked, demand) };
}

/** Other answers worth a name: the fastest and the one with the longest context among those that are comfortable; null when it is the chosen one. */
export function alternativesTo(
  chosen: Candidate | null,
  ranked: readonly Candidate[],
  demand: Demand,
): { fastest: string | null; longestContext: string | null } {
  const fine = ranked.filter((candidate) => comfortOf(candidate, demand) === 'comfortable');
  const fastest = pick(fine, (candidate) =>
    candidate.speed === null ? -readPerToken(candidate) : middleOf(candidate.speed),
  );
  const longest = pick(fine, ({ ceilingTokens }) => ceilingTokens ?? 0);
  const longer = longest !== null && (longest.ceilingTokens ?? 0) > (chosen?.ceilingTokens ?? 0);
  return { fastest: other(fastest, chosen), longestContext: longer ? other(longest, chosen) : null };
}

function runs(candidate: Candidate, demand: Demand): boolean {
  return !['no', 'unknown', 'excluded'].includes(comfortOf(candidate, demand));
}

function because(chosen: Candidate, ranked: readonly Candidate[], demand: Demand): AdviceFinding[] {
  const comfortable = comfortOf(chosen, demand) === 'comfortable';
  return [
    comfortable ? quality(chosen, demand) : { code: 'only-slower', why: whySlower(chosen, ranked, demand) },
    ...choice(chosen, ranked, demand),
    ...speed(chosen),
    ...headroom(chosen),
    ...larger(chosen, ranked, demand),
    ...split(chosen, ranked, demand),
  ];
}

function whySlower(chosen: Candidate, ranked: readonly Candidate[], demand: Demand): OnlySlower['why'] {
  const comfort = comfortOf(chosen, demand);
  if (comfort === 'short') return 'context';
  if (!ranked.some(({ verdict }) => verdict === 'gpu')) return 'nothing-fits';
  return comfort === 'usable' ? 'split' : 'speed';
}

function quality({ variant }: Candidate, { useCase }: Demand): AdviceFinding {
  const { benchmark } = profileOf(useCase);
  const score = scoreOf(variantOf(variant), benchmark);
  return { code: 'best-quality', variant, benchmark, score, useCase: useCase ?? defaultUseCase };
}

/** Why this build and not the plain Q4_K_M of the same model. */
function choice(chosen: Candidate, ranked: readonly Candidate[], demand: Demand): AdviceFinding[] {
  const plain = ranked.find(
    (candidate) =>
      candidate.variant === chosen.variant && candidate.quantization === 'Q4_K_M' && runs(candidate, demand),
  );
  if (plain === undefined || lossRank(chosen.quantization) >= lossRank(plain.quantization)) return [];
  const why = chosen.quantization.startsWith('QAT') ? 'qat' : 'less-loss';
  return [{ code: 'build-choice', tag: chosen.tag, over: plain.tag, why }];
}

function speed({ speed: expected, verdict }: Candidate): AdviceFinding[] {
  if (expected === null) return verdict === 'cpu' ? [{ code: 'speed-unmeasured' }] : [];
  const { lowTokensPerSecond, highTokensPerSecond } = expected;
  return [{ code: 'expected-speed', lowTokensPerSecond, highTokensPerSecond }];
}

function headroom(chosen: Candidate): AdviceFinding[] {
  const { placement, workload } = chosen;
  if (placement.mode !== 'full') return [];
  const further = chosen.ceilingTokens !== null && chosen.ceilingTokens > workload.contextTokensTotal;
  const ceilingTokens = further ? chosen.ceilingTokens : null;
  return [{ code: 'headroom', remainingBytes: headroomOf(chosen), ceilingTokens }];
}

/** The next better model that was not chosen, at the build that came closest. */
function larger(chosen: Candidate, ranked: readonly Candidate[], demand: Demand): AdviceFinding[] {
  const { benchmark } = profileOf(demand.useCase);
  const score = (candidate: Candidate) => scoreOf(variantOf(candidate.variant), benchmark);
  const better = ranked.filter(
    (candidate) => score(candidate) > score(chosen) && comfortOf(candidate, demand) !== 'excluded',
  );
  const closest = pick(better, (candidate) => -score(candidate) * 1e15 - sumParts(candidate.need.device));
  if (closest === null) return [];
  const { tag, verdict } = closest;
  if (['slow-on-device', 'slow', 'unknown-speed'].includes(comfortOf(closest, demand))) {
    const highTokensPerSecond = closest.speed?.highTokensPerSecond ?? null;
    return [{ code: 'larger-too-slow', tag, highTokensPerSecond, wantedTokensPerSecond: floorOf(demand) }];
  }
  const spill = closest.reasons.find(({ code }) => code === 'spills' || code === 'experts-on-cpu');
  const missingBytes = spill !== undefined && 'missingBytes' in spill ? spill.missingBytes : null;
  return [{ code: 'larger-does-not-fit', tag, verdict, missingBytes, ceilingTokens: closest.ceilingTokens }];
}

/** The best of the better models that keep a good pace although the processor takes part. */
function split(chosen: Candidate, ranked: readonly Candidate[], demand: Demand): AdviceFinding[] {
  if (comfortOf(chosen, demand) !== 'comfortable') return [];
  const { benchmark } = profileOf(demand.useCase);
  const score = (candidate: Candidate) => scoreOf(variantOf(candidate.variant), benchmark);
  const found = ranked.find((one) => comfortOf(one, demand) === 'usable' && score(one) > score(chosen));
  if (found === undefined || found.speed === null) return [];
  const { lowTokensPerSecond, highTokensPerSecond } = found.speed;
  return [{ code: 'larger-split', tag: found.tag, lowTokensPerSecond, highTokensPerSecond }];
}

/** The first of the largest. */
function pick(candidates: readonly Candidate[], value: (candidate: Candidate) => number): Candidate | null {
  return candidates.reduce<Candidate | null>(
    (best, next) => (best === null || value(next) > value(best) ? next : best),
    null,
  );
}

function other(candidate: Candidate | null, chosen: Candidate | null): string | null {
  return candidate === null || candidate.build === chosen?.build ? null : candidate.tag;
}

function readPerToken({ variant, need }: Candidate): number {
  const { active, total } = variantOf(variant).parameters;
  return (sumParts(need.device) * active) / total;
}
