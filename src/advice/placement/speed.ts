import { appleChip } from '../../data/apple-chips.ts';
import { since } from '../../data/runtimes.ts';
import type { BuildShape } from '../../model/memory/build-shape.ts';
import { predictMlxSpeed } from '../../model/mlx/speed.ts';
import { predictSpeed, usualDraftTokens } from '../../model/speed/speed.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import type { Speed, Workload } from '../types.ts';
import { contextPerSequence } from '../workload.ts';
import { toMlxCase } from './mlx-case.ts';
import type { PlacementResult } from './types.ts';

/** Tokens in the cache at which a speed is told, at most: a conversation under way, not an empty or a brimful context. */
export const toldDepthTokens = 4096;

/** Expected tokens per second of one sequence; null when there is no basis for a number (an unknown bandwidth or chip). */
export function speedOf(
  target: SchedulerTarget,
  built: BuildShape,
  { placement, need }: PlacementResult,
  workload: Workload,
): Speed | null {
  const { shape } = built;
  if (built.mlx !== null) return mlxSpeed(target, built, workload);
  if (shape === null) return null;
  const known = target.groups.flat();
  const devices = placement.devices.flatMap(({ accelerator, layers }) => {
    const device = known.find(({ id }) => id === accelerator);
    if (device === undefined || layers === 0) return [];
    const { backend, bandwidthBytesPerSecond, name, totalBytes, architecture } = device;
    return [{ backend, bandwidthBytesPerSecond, name, memoryBytes: totalBytes, architecture, layers }];
  });
  const band = predictSpeed({
    shape,
    depthTokens: depthOf(workload),
    kvType: workload.kvType,
    devices,
    host: target.host,
    overflowingLayers: placement.overflowingLayers,
    draftTokens: need.device.drafterBytes + need.host.drafterBytes > 0 ? usualDraftTokens : 0,
    engine: since('llama-server', target.ollamaVersion) ? 'llama.cpp' : 'ollama-own',
  });
  if (band === null) return null;
  const { lowTokensPerSecond, highTokensPerSecond, basis } = band;
  return { lowTokensPerSecond, highTokensPerSecond, basis };
}

/** The runner drafts from the version on that can, where the build has a draft model. */
function mlxSpeed(target: SchedulerTarget, built: BuildShape, workload: Workload): Speed | null {
  const given = toMlxCase(target, built);
  if (given === null) return null;
  const { device, question } = given;
  return predictMlxSpeed({
    ...question,
    drafter: built.drafterBytes > 0 && since('mlx-draft', target.ollamaVersion),
    depthTokens: depthOf(workload),
    chip: appleChip(device.name),
    bandwidthBytesPerSecond: device.bandwidthBytesPerSecond,
  });
}

function depthOf(workload: Workload): number {
  return Math.min(contextPerSequence(workload), toldDepthTokens);
}
