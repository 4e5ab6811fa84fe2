import { buildById } from '../../data/tables.ts';
import type { AdviceFinding } from '../findings.ts';
import { reachesSpeed } from '../run-outcome.ts';
import type { Candidate, CheckRequest } from '../types.ts';
import { profileOf } from '../use-case.ts';
import { isEnoughFor } from '../value.ts';

/** What a person insists on. */
export type Demand = Pick<CheckRequest, 'useCase' | 'minimumTokensPerSecond'> &
  Partial<Pick<CheckRequest, 'contextTokensTotal'>>;

/** Why a candidate does not meet a demand although it may run; empty when it does. */
export function exclusionsOf(candidate: Candidate, demand: Demand): AdviceFinding[] {
  return [
    ...modalityExclusion(candidate, demand),
    ...requestExclusion(candidate),
    ...encoderExclusion(candidate),
    ...minimumSpeedExclusion(candidate, demand),
    ...useExclusion(candidate, demand),
  ];
}

function modalityExclusion({ build, workload }: Candidate, { useCase }: Demand): AdviceFinding[] {
  const modality = useCase === null ? null : profileOf(useCase).modality;
  if (modality === null) return [];
  const row = buildById(build);
  // Older servers do not load the encoders of an MLX build.
  const reads = row?.input.includes(modality) && (row.runner !== 'mlx' || workload.vision);
  return reads ? [] : [{ code: 'missing-modality', modality }];
}

/** Parallel requests were asked for, and the MLX runner serves one at a time. */
function requestExclusion({ build, workload: { sequences } }: Candidate): AdviceFinding[] {
  return sequences > 1 && buildById(build)?.runner === 'mlx' ? [{ code: 'mlx-one-request', sequences }] : [];
}

/** Text alone was asked for, and of a build in one file no tag without the vision encoder can be made. */
function encoderExclusion({ build, workload }: Candidate): AdviceFinding[] {
  const row = buildById(build);
  const inside = row?.projector === 'inline' && row.runner === 'llamacpp';
  return inside && !workload.vision ? [{ code: 'encoder-inside', tag: row.tag }] : [];
}

function minimumSpeedExclusion(candidate: Candidate, { minimumTokensPerSecond }: Demand): AdviceFinding[] {
  if (minimumTokensPerSecond === null || reachesSpeed(candidate, minimumTokensPerSecond) !== false) return [];
  const tokensPerSecond = candidate.speedAtFullContext?.highTokensPerSecond ?? 0;
  return [{ code: 'too-slow', tokensPerSecond, minimumTokensPerSecond }];
}

/** Agents and code: too slow or too weak to work with. */
function useExclusion({ value }: Candidate, { useCase }: Demand): AdviceFinding[] {
  if (value === null || isEnoughFor(value, useCase)) return [];
  const { use, leastTokensPerSecond } = profileOf(useCase);
  const { tokensPerSecond } = value;
  return [
    {
      code: 'not-for-use',
      useCase: use,
      tokensPerSecond,
      leastTokensPerSecond: leastTokensPerSecond ?? tokensPerSecond,
    },
  ];
}
