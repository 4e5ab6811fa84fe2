import { buildById } from '../../data/tables.ts';
import type { AdviceFinding } from '../findings.ts';
import type { Candidate, CheckRequest } from '../types.ts';
import { profileOf } from '../use-case.ts';

/** What a person insists on. */
export type Demand = Pick<CheckRequest, 'useCase' | 'minimumTokensPerSecond'>;

/** Why a candidate is no answer to a demand although it may run: codes, empty when it is one. */
export function exclusionsOf(candidate: Candidate, demand: Demand): AdviceFinding[] {
  return [
    ...modalityExclusion(candidate, demand),
    ...requestExclusion(candidate),
    ...minimumSpeedExclusion(candidate, demand),
    ...useExclusion(candidate, demand),
  ];
}

/** Whether a minimum speed is reached for certain; null where the expected band does not decide it. */
export function reachesSpeed({ speedAtFullContext }: Candidate, minimumTokensPerSecond: number): boolean | null {
  if (speedAtFullContext === null) return null;
  if (speedAtFullContext.lowTokensPerSecond >= minimumTokensPerSecond) return true;
  return speedAtFullContext.highTokensPerSecond < minimumTokensPerSecond ? false : null;
}

function modalityExclusion({ build, workload }: Candidate, { useCase }: Demand): AdviceFinding[] {
  const modality = useCase === null ? null : profileOf(useCase).modality;
  if (modality === null) return [];
  const row = buildById(build);
  // An MLX build has encoders that an older server does not load.
  const reads = row?.input.includes(modality) && (row.runner !== 'mlx' || workload.vision);
  return reads ? [] : [{ code: 'missing-modality', modality }];
}

/** Several at once were asked for, and the MLX runner serves one after the other. */
function requestExclusion({ build, workload: { sequences } }: Candidate): AdviceFinding[] {
  return sequences > 1 && buildById(build)?.runner === 'mlx' ? [{ code: 'mlx-one-request', sequences }] : [];
}

function minimumSpeedExclusion(candidate: Candidate, { minimumTokensPerSecond }: Demand): AdviceFinding[] {
  if (minimumTokensPerSecond === null || reachesSpeed(candidate, minimumTokensPerSecond) !== false) return [];
  const tokensPerSecond = candidate.speedAtFullContext?.highTokensPerSecond ?? 0;
  return [{ code: 'too-slow', tokensPerSecond, minimumTokensPerSecond }];
}

/** Agents and code: below some speed, and below some worth, nobody works so. */
function useExclusion({ value }: Candidate, { useCase }: Demand): AdviceFinding[] {
  const { use, leastTokensPerSecond, leastPoints } = profileOf(useCase);
  if (value === null || leastTokensPerSecond === null || leastPoints === null) return [];
  const { tokensPerSecond, points } = value;
  if (tokensPerSecond >= leastTokensPerSecond && points >= leastPoints) return [];
  return [{ code: 'not-for-use', useCase: use, tokensPerSecond, leastTokensPerSecond }];
}
