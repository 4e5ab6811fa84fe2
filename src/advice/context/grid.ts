import { contextSteps } from '../../data/ids.ts';
import type { Machine } from '../../machine/types.ts';
import { type VariantId, variantIds } from '../../model/types.ts';
import { sensibleBuilds } from '../builds.ts';
import { candidateFor } from '../candidate.ts';
import { sumParts } from '../parts.ts';
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
  /** Of the weights that can be on devices, the share that is: 1 for all of them; null where that is unknown. */
  gpuWeightShare: number | null;
  /** On the device with all layers there; without a device in RAM. Bytes; null when nobody published the size. */
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

/** Builds x contexts of one model, or of all, on a machine: where each would lie. */
export function gridOf(machine: Machine, request: CheckRequest, variant: VariantId | null = null): Grid {
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
  // Nothing is needed only by what could not be laid anywhere.
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
