import { buildById } from '../../data/tables.ts';
import type { AdviceFinding } from '../findings.ts';
import type { Candidate, UseCase } from '../types.ts';
import { profileOf } from '../use-case.ts';

/** What a person insists on. */
export interface Demand {
  useCase: UseCase | null;
  minimumTokensPerSecond: number | null;
}

/** Why a candidate is no answer to a demand although it may run: codes, empty when it is one. */
export function exclusionsOf(candidate: Candidate, demand: Demand): AdviceFinding[] {
  return [...modalityExclusion(candidate, demand), ...speedExclusion(candidate, demand)];
}

function modalityExclusion({ build }: Candidate, { useCase }: Demand): AdviceFinding[] {
  const modality = useCase === null ? null : profileOf(useCase).modality;
  if (modality === null || buildById(build)?.input.includes(modality)) return [];
  return [{ code: 'missing-modality', modality }];
}

function speedExclusion({ speed }: Candidate, { minimumTokensPerSecond }: Demand): AdviceFinding[] {
  if (minimumTokensPerSecond === null || speed === null || speed.highTokensPerSecond >= minimumTokensPerSecond)
    return [];
  return [{ code: 'too-slow', tokensPerSecond: speed.highTokensPerSecond, minimumTokensPerSecond }];
}
