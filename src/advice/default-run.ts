import { buildById, variantOf } from '../data/tables.ts';
import { shapeOfBuild } from '../model/memory/build-shape.ts';
import { defaultContextTokens } from '../server-rules/context.ts';
import { deviceSetsToTry } from '../server-rules/device-sets.ts';
import { decideSchedule } from '../server-rules/scheduler.ts';
import type { SchedulerTarget } from '../server-rules/target.ts';
import { placeOn } from './placement/estimates.ts';
import { slotMemory } from './placement/full-fit.ts';
import { ramHolds } from './placement/full-offload.ts';
import { loadUnder, toPlacementInput } from './placement/input.ts';
import { placeMlx } from './placement/mlx.ts';
import type { Candidate, DefaultRun, Workload } from './types.ts';

/**
 * What `ollama run TAG` does with the server's defaults: its own context, its own micro-batch, its own devices, one sequence. null when the
 * build's size is not known. Mode `none`: there is not enough memory.
 */
export function defaultRunOf(target: SchedulerTarget, candidate: Candidate, tierBytes: number): DefaultRun | null {
  const build = buildById(candidate.build);
  if (build === null) return null;
  const built = shapeOfBuild(build);
  const contextTokens = Math.min(
    target.defaultContextTokens ?? defaultContextTokens(tierBytes),
    variantOf(build.variant).architecture.trainedContextTokens,
  );
  const workload: Workload = {
    contextTokensTotal: contextTokens,
    askedTokensTotal: contextTokens,
    kvType: 'f16',
    sequences: 1,
    microBatch: null,
    vision: null,
  };
  const input = toPlacementInput(target, built, workload);
  const decision = decideSchedule(target, built, contextTokens);
  if (input === null || decision === null) {
    const placed = placeMlx(target, built, workload);
    return placed === null ? null : { contextTokens, microBatch: placed.microBatch, mode: placed.placement.mode };
  }
  const { microBatch } = decision;
  const load = loadUnder(target, workload, decision, microBatch);
  const [deviceSet] = deviceSetsToTry(target, decision, { ...input.extras, oneDeviceOnly: false });
  if (deviceSet === undefined) return { contextTokens, microBatch, mode: 'cpu' };
  const { mode } = placeOn(input.shape, load, deviceSet.slots.map(slotMemory));
  return { contextTokens, microBatch, mode: mode === 'full' && !ramHolds(input, load, deviceSet) ? 'none' : mode };
}
