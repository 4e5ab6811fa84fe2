import type { ExitName } from '../exit.ts';
import { standingOf } from './recommendation/rank.ts';
import type { CheckResult, Refusal, RequirementResult } from './types.ts';

/** Refusals that a newer server or another setting would fix. */
const serverRefusals: ReadonlySet<Refusal | null> = new Set<Refusal | null>(['server', 'problem']);

/**
 * The exit of `check`. With requirements: all met is ok, one that the machine fails is no-fit, one that only the server fails is
 * ollama-unavailable, else unknown. Without: ok when there is a recommendation that is certain to answer the request; no-fit when nothing
 * answers it on this machine, ollama-unavailable when the server is what is in the way, unknown when too little could be measured.
 */
export function exitOf(
  result: Pick<CheckResult, 'request' | 'requirements' | 'recommendation' | 'candidates'>,
): ExitName {
  const { request, requirements, recommendation, candidates } = result;
  if (requirements.length > 0) return exitOfRequirements(requirements);
  if (recommendation !== null) {
    return standingOf(recommendation, request) === 'good' || request.minimumTokensPerSecond === null ? 'ok' : 'unknown';
  }
  if (candidates.some((one) => one.verdict === 'unknown' || standingOf(one, request) === 'unvalued')) return 'unknown';
  return candidates.some(({ refusal }) => serverRefusals.has(refusal)) ? 'ollama-unavailable' : 'no-fit';
}

function exitOfRequirements(requirements: readonly RequirementResult[]): ExitName {
  const failed = requirements.filter(({ outcome }) => outcome === 'failed');
  if (failed.some(({ refusal }) => !serverRefusals.has(refusal))) return 'no-fit';
  if (failed.length > 0) return 'ollama-unavailable';
  return requirements.some(({ outcome }) => outcome === 'unknown') ? 'unknown' : 'ok';
}
