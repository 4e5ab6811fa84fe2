import type { ExitName } from '../exit.ts';
import type { CheckResult } from './types.ts';

/**
 * The exit of `check`. With requirements: all met is ok, one failed is no-fit, else unknown.
 * Without: ok when there is a recommendation, no-fit when everything was tried and nothing runs, unknown when memory could not be read.
 */
export function exitOf(result: Pick<CheckResult, 'requirements' | 'recommendation' | 'candidates'>): ExitName {
  const outcomes = result.requirements.map(({ outcome }) => outcome);
  if (outcomes.includes('failed')) return 'no-fit';
  if (outcomes.includes('unknown')) return 'unknown';
  if (outcomes.length > 0 || result.recommendation !== null) return 'ok';
  return result.candidates.some(({ verdict }) => verdict === 'unknown') ? 'unknown' : 'no-fit';
}
