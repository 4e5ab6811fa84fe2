import type { Build } from '../data/schema.ts';
import { buildById } from '../data/tables.ts';
import { shapeOfBuild } from '../model/memory/build-shape.ts';
import { mostSequences } from '../model/memory/load.ts';
import type { SchedulerTarget } from '../server-rules/target.ts';
import { candidateFor } from './candidate.ts';
import type { Finding } from './findings.ts';
import { staysOnDevices } from './placement/max-context.ts';
import type { Candidate, CheckRequest } from './types.ts';
import { workloadFor } from './workload.ts';

/**
 * The most conversations at a time, each with the context of the candidate, that stay fully on devices. null for what is not fully there with
 * one, and for MLX, which serves one after the other.
 */
export function mostSequencesOf(target: SchedulerTarget, candidate: Candidate, request: CheckRequest): number | null {
  const build = buildById(candidate.build);
  if (build === null || build.runner !== 'llamacpp') return null;
  const { contextTokensPerSequence: each } = candidate.workload;
  const holds = (sequences: number) => {
    const workload = workloadFor({ ...request, sequences }, candidate.variant, each * sequences);
    return staysOnDevices(target, shapeOfBuild(build), workload);
  };
  return holds(1) ? largestThat(holds) : null;
}

/** The request with so many conversations in the place of `max`, each with the context that was asked for; with one where that is not known. */
export function withMost(request: CheckRequest, most: number | null): CheckRequest {
  const sequences = most ?? 1;
  const { contextTokensTotal: tokens } = request;
  const contextTokensTotal = typeof tokens === 'number' ? tokens * sequences : tokens;
  return { ...request, mostSequences: false, sequences, contextTokensTotal };
}

/** Doubling, then halving; 1 holds. */
function largestThat(holds: (count: number) => boolean): number {
  let [low, high] = [1, 2];
  while (high <= mostSequences && holds(high)) [low, high] = [high, 2 * high];
  if (high > mostSequences) return low;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** What is said of it: how many at that context, and what each then gets. */
export function usersFinding(
  target: SchedulerTarget,
  candidate: Candidate,
  request: CheckRequest,
  most: number | null,
): Finding<'users'>[] {
  const build = buildById(candidate.build);
  if (build === null) return [];
  const contextTokens = candidate.workload.contextTokensPerSequence;
  if (most === null) {
    const none = { code: 'users', most: 0, contextTokens, writing: 1 } as const;
    // MLX serves one after the other wherever it lies.
    return request.mostSequences === true && build.runner === 'llamacpp'
      ? [{ ...none, lowTokensPerSecond: null, highTokensPerSecond: null }]
      : [];
  }
  // Of so many as were asked for, else of all that stay there.
  const writing = candidate.workload.sequences > 1 ? candidate.workload.sequences : most;
  const speed = writing > 1 ? togetherAt(target, build, candidate, request, writing) : null;
  const { lowTokensPerSecond = null, highTokensPerSecond = null } = speed ?? {};
  return [{ code: 'users', most, contextTokens, writing, lowTokensPerSecond, highTokensPerSecond }];
}

function togetherAt(
  target: SchedulerTarget,
  build: Build,
  { variant, workload, speedTogether }: Candidate,
  request: CheckRequest,
  sequences: number,
): Candidate['speedTogether'] {
  if (workload.sequences === sequences) return speedTogether ?? null;
  const asked = workloadFor({ ...request, sequences }, variant, workload.contextTokensPerSequence * sequences);
  return candidateFor(target, build, asked).speedTogether ?? null;
}
