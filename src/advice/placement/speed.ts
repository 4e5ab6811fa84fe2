import { since } from '../../data/runtimes.ts';
import type { BuildShape } from '../../model/memory/build-shape.ts';
import { predictSpeed, usualDraftTokens } from '../../model/speed/speed.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import type { Speed, Workload } from '../types.ts';
import { contextPerSequence } from '../workload.ts';
import type { PlacementResult } from './types.ts';

/** Tokens in the cache at which a speed is told, at most: a conversation under way, not an empty or a brimful context. */
export const toldDepthTokens = 4096;

/** Expected tokens per second of one sequence; null when there is no basis for a number (an MLX build, an unknown bandwidth). */
export function speedOf(
  target: SchedulerTarget,
  { shape }: BuildShape,
  { placement, need }: PlacementResult,
  workload: Workload,
): Speed | null {
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
    depthTokens: Math.min(contextPerSequence(workload), toldDepthTokens),
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
