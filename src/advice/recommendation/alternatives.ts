import { adviceTable } from '../../data/advice.ts';
import { contextSteps } from '../../data/ids.ts';
import type { Alternative, Alternatives, Candidate, CheckRequest } from '../types.ts';
import { qualityPoints } from '../use-case.ts';
import { wantedContext } from '../value.ts';
import { standingOf } from './rank.ts';

const { fasterFactor, usableTokensPerSecond } = adviceTable.alternatives;

export const noAlternatives: Alternatives = { bestQuality: null, faster: null, longerContext: null };

/** Alternatives to the chosen candidate; `ranked` is best first. */
export function alternativesTo(
  chosen: Candidate | null,
  ranked: readonly Candidate[],
  request: CheckRequest,
): Alternatives {
  if (chosen === null) return noAlternatives;
  const fine = ranked.filter((candidate) => standingOf(candidate, request) === 'good');
  const to = (candidate: Candidate | undefined) => (candidate ? alternative(candidate, chosen, request) : null);
  return {
    bestQuality: to(betterModel(chosen, fine, request)),
    faster: to(fine.find((candidate) => timesAsFast(candidate, chosen) >= fasterFactor)),
    longerContext: longerContext(chosen, fine, request),
  };
}

/** The best build of the best model that is fast enough to read along with, and holds the part of the context that people still use. */
function betterModel(chosen: Candidate, fine: readonly Candidate[], request: CheckRequest): Candidate | undefined {
  const quality = ({ variant }: Candidate) => qualityPoints(variant, request.useCase);
  const leastTokens = Math.min(
    adviceTable.context.leastShare * wantedContext(request),
    chosen.workload.contextTokensPerSequence,
  );
  const usable = fine.filter(
    ({ value, workload }) =>
      (value?.tokensPerSecond ?? 0) >= usableTokensPerSecond && workload.contextTokensPerSequence >= leastTokens,
  );
  const most = Math.max(...usable.map(quality));
  return most > quality(chosen) ? usable.find((candidate) => quality(candidate) === most) : undefined;
}

/**
 * The same build with a longer context if it stays on the device, else the best other build that does. None where the chosen one is partly in
 * RAM, for it takes longer ones there too.
 */
function longerContext(chosen: Candidate, fine: readonly Candidate[], request: CheckRequest): Alternative | null {
  if (request.contextTokensTotal !== null || chosen.verdict !== 'gpu') return null;
  const { sequences, contextTokensPerSequence } = chosen.workload;
  const step = ({ ceilingTokens }: Candidate) =>
    [...contextSteps].reverse().find((tokens) => tokens * sequences <= (ceilingTokens ?? 0)) ?? 0;
  const longer = [chosen, ...fine].find((candidate) => step(candidate) > contextTokensPerSequence);
  if (longer === undefined) return null;
  const tokens = step(longer);
  return {
    ...alternative(longer, chosen, request),
    contextTokensPerSequence: tokens,
    contextTokensTotal: tokens * sequences,
  };
}

function alternative(candidate: Candidate, chosen: Candidate, { useCase }: CheckRequest): Alternative {
  const { variant, build, tag, verdict, workload, speed, launch } = candidate;
  const { contextTokensTotal, contextTokensPerSequence } = workload;
  return {
    ...{ variant, build, tag, verdict, contextTokensTotal, contextTokensPerSequence, speed },
    ...(launch !== undefined && { launch }),
    timesAsFast: timesAsFast(candidate, chosen),
    qualityDifference: qualityPoints(variant, useCase) - qualityPoints(chosen.variant, useCase),
  };
}

/** Expected speed of one over that of another. */
export function timesAsFast({ speed }: Pick<Candidate, 'speed'>, chosen: Pick<Candidate, 'speed'>): number {
  return (speed?.expectedTokensPerSecond ?? 0) / (chosen.speed?.expectedTokensPerSecond ?? Number.POSITIVE_INFINITY);
}
