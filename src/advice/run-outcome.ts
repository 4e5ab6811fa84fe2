import { adviceTable } from '../data/advice.ts';
import type { AdviceFinding } from './findings.ts';
import type { Candidate, Requirement, RequirementResult } from './types.ts';

/** What `fits` means in every format: the demands that a requirement makes of one candidate. */
export type RunDemand = Pick<Requirement, 'onDevice' | 'minimumTokensPerSecond'>;

/** Whether a verdict says that it runs, wherever that is. */
export function doesRun({ verdict }: Pick<Candidate, 'verdict'>): boolean {
  return verdict === 'gpu' || verdict === 'split' || verdict === 'cpu';
}

/** What a requirement demands where no speed is named. */
export const usable: RunDemand = { onDevice: false, minimumTokensPerSecond: null };
/** The same with `:gpu`. */
export const usableOnDevice: RunDemand = { onDevice: true, minimumTokensPerSecond: null };

/**
 * Whether a candidate runs here at its context (`onDevice`: fully on devices) and is certain to be as fast as requested with that context
 * in use, or else as fast as a person reads.
 */
export function runOutcome(
  candidate: Pick<Candidate, 'verdict' | 'speedAtFullContext'>,
  { onDevice, minimumTokensPerSecond }: RunDemand,
): RequirementResult['outcome'] {
  const { verdict } = candidate;
  if (verdict === 'unknown') return 'unknown';
  if (verdict === 'no' || (onDevice && verdict !== 'gpu')) return 'failed';
  const reached = reachesSpeed(candidate, wantedSpeed({ minimumTokensPerSecond }));
  if (reached === null) return 'unknown';
  return reached ? 'met' : 'failed';
}

/** The reason, if only its speed is too low. */
export function slowness(candidate: Candidate, demand: RunDemand): AdviceFinding[] {
  const outcome = runOutcome(candidate, demand);
  const placed = candidate.verdict === 'gpu' || (!demand.onDevice && ['split', 'cpu'].includes(candidate.verdict));
  if (outcome === 'met' || !placed) return [];
  const minimumTokensPerSecond = wantedSpeed(demand);
  if (outcome === 'unknown') return [{ code: 'speed-unknown', minimumTokensPerSecond }];
  const tokensPerSecond = candidate.speedAtFullContext?.highTokensPerSecond ?? 0;
  return [{ code: 'too-slow', tokensPerSecond, minimumTokensPerSecond }];
}

/** Minimum speed of a requirement, tokens per second. */
export function wantedSpeed({ minimumTokensPerSecond }: Pick<Requirement, 'minimumTokensPerSecond'>): number {
  return minimumTokensPerSecond ?? adviceTable.alternatives.usableTokensPerSecond;
}

/** A speed that nobody knows answers no minimum. */
export function isSpeedTold(
  { speedAtFullContext }: Pick<Candidate, 'speedAtFullContext'>,
  { minimumTokensPerSecond }: Pick<Requirement, 'minimumTokensPerSecond'>,
): boolean {
  return minimumTokensPerSecond === null || speedAtFullContext !== null;
}

/** Whether a minimum speed is certainly reached; null where the band does not decide it. */
export function reachesSpeed(
  { speedAtFullContext }: Pick<Candidate, 'speedAtFullContext'>,
  minimumTokensPerSecond: number,
): boolean | null {
  if (speedAtFullContext === null) return null;
  if (speedAtFullContext.lowTokensPerSecond >= minimumTokensPerSecond) return true;
  return speedAtFullContext.highTokensPerSecond < minimumTokensPerSecond ? false : null;
}
