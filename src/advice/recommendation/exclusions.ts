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
  return [
    ...modalityExclusion(candidate, demand),
    ...requestExclusion(candidate),
    ...speedExclusion(candidate, demand),
  ];
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

function speedExclusion({ speed }: Candidate, { minimumTokensPerSecond }: Demand): AdviceFinding[] {
  if (minimumTokensPerSecond === null || speed === null || speed.highTokensPerSecond >= minimumTokensPerSecond)
    return [];
  return [{ code: 'too-slow', tokensPerSecond: speed.highTokensPerSecond, minimumTokensPerSecond }];
}
