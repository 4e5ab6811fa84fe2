import type { BuildShape } from '../../model/memory/build-shape.ts';
import { predictSpeed } from '../../model/speed/speed.ts';
import type { Site } from '../../server-rules/target.ts';
import type { Speed } from '../types.ts';
import type { Wish } from '../workload.ts';
import type { Placed } from './types.ts';

/** Tokens in the cache at which a speed is told, at most: a conversation under way, not an empty or a brimful context. */
export const toldDepthTokens = 4096;

/** Expected tokens per second of one sequence; null when there is no basis for a number (an MLX build, an unknown bandwidth). */
export function speedOf(site: Site, { shape }: BuildShape, { placement }: Placed, wish: Wish): Speed | null {
  if (shape === null) return null;
  const known = site.groups.flat();
  const devices = placement.devices.flatMap(({ accelerator, layers }) => {
    const device = known.find(({ id }) => id === accelerator);
    if (device === undefined || layers === 0) return [];
    const { backend, bandwidthBytesPerSecond, name, totalBytes, architecture } = device;
    return [{ backend, bandwidthBytesPerSecond, name, memoryBytes: totalBytes, architecture, layers }];
  });
  return predictSpeed({
    shape,
    depthTokens: Math.min(Math.floor(wish.contextTokens / wish.sequences), toldDepthTokens),
    kvType: wish.kvType,
    devices,
    host: { bandwidthBytesPerSecond: site.hostBandwidthBytesPerSecond, flags: site.hostFlags },
    overflowingLayers: placement.overflowingLayers,
  });
}
