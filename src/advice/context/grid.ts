import { contextSteps } from '../../data/ids.ts';
import type { Machine } from '../../machine/types.ts';
import { type VariantId, variantIds } from '../../model/types.ts';
import { sensibleBuilds } from '../builds.ts';
import { candidateFor } from '../candidate.ts';
import { sumParts } from '../parts.ts';
import { settledRequest } from '../request.ts';
import { targetOf } from '../server.ts';
import type { Candidate, CheckRequest, Verdict } from '../types.ts';
import { workloadFor } from '../workload.ts';

export interface GridCell {
  contextTokens: number;
  /** beyond: the model was not trained for it. */
  verdict: Verdict | 'beyond';
  gpuLayers: number;
  totalLayers: number;
  /** 26b: layers on the device whose experts run on the CPU. */
  overflowingLayers: number;
  /** Share of the offloadable weights that is on devices; 1: all of them; null: unknown. */
  gpuWeightShare: number | null;
  /** On the device with all layers there, or in RAM without a device. Bytes; null: the size was not published. */
  needBytes: number | null;
}

export interface GridRow {
  variant: VariantId;
  build: string;
  tag: string;
  quantization: string;
  ceilingTokens: number | null;
  cells: GridCell[];
}

export interface Grid {
  contexts: readonly number[];
  rows: GridRow[];
}

/** The placement of builds x contexts on a machine, for one model or all. */
export function gridOf(machine: Machine, open: CheckRequest, variant: VariantId | null = null): Grid {
  const request = settledRequest(machine, open);
  const target = targetOf(machine, request);
  const builds = (variant === null ? variantIds : [variant]).flatMap((id) => sensibleBuilds(target, id));
  const rows = builds.map((build): GridRow => {
    const candidates = contextSteps.map((contextTokens) =>
      candidateFor(target, build, workloadFor(request, build.variant, contextTokens * request.sequences)),
    );
    const cells = candidates.map((candidate, index) => cellOf(candidate, contextSteps[index] ?? 0));
    const { id, tag, quantization } = build;
    return {
      variant: build.variant,
      build: id,
      tag,
      quantization,
      ceilingTokens: candidates[0]?.ceilingTokens ?? null,
      cells,
    };
  });
  return { contexts: contextSteps, rows };
}

function cellOf({ verdict, placement, need, workload }: Candidate, contextTokens: number): GridCell {
  const { gpuLayers, totalLayers, overflowingLayers } = placement;
  const beyond = workload.contextTokensTotal < contextTokens * workload.sequences;
  // Only a build without a placement needs nothing.
  const needBytes = sumParts(need.device) || sumParts(need.host) || null;
  const placedBytes = placement.devices.reduce((sum, { weightsBytes }) => sum + weightsBytes, 0);
  const { weightsBytes } = need.device;
  return {
    contextTokens,
    verdict: beyond ? 'beyond' : verdict,
    gpuLayers,
    totalLayers,
    overflowingLayers,
    gpuWeightShare: weightsBytes > 0 ? Math.min(placedBytes / weightsBytes, 1) : null,
    needBytes,
  };
}
