import { memoize } from '../../memoize.ts';
import { type LlamaPlacement, placeShape } from '../../model/fit/place.ts';
import { type Estimate, estimateShape } from '../../model/memory/estimate.ts';
import { loadKey } from '../../model/memory/load.ts';
import type { ModelShape } from '../../model/memory/shape.ts';
import type { Load } from '../../model/types.ts';

/** Results kept for each shape; searches for a ceiling ask the same questions again and again. */
const mostKept = 4096;

const estimatesOf = memoize((shape: ModelShape) =>
  memoize(
    (load: Load, gpuLayers: number | undefined) => estimateShape(shape, load, gpuLayers),
    (load, gpuLayers) => `${loadKey(load)} ${gpuLayers}`,
    mostKept,
  ),
);

const placementsOf = memoize((shape: ModelShape) =>
  memoize(
    (load: Load, devices: readonly Room[]) => placeShape(shape, load, devices),
    (load, devices) => `${loadKey(load)} ${devices.map((room) => `${room.freeBytes}-${room.marginBytes}`).join()}`,
    mostKept,
  ),
);

interface Room {
  freeBytes: number;
  marginBytes: number;
}

/** estimateShape with everything on one device, memoized. The result is shared: do not change it. */
export function estimateFullOffload(shape: ModelShape, load: Load): Estimate {
  return estimatesOf(shape)(load, undefined);
}

/** estimateShape with that many layers on one device, memoized. The result is shared: do not change it. */
export function estimateLayers(shape: ModelShape, load: Load, gpuLayers: number): Estimate {
  return estimatesOf(shape)(load, gpuLayers);
}

/** placeShape, memoized. The result is shared: do not change it. */
export function placeOn(shape: ModelShape, load: Load, devices: readonly Room[]): LlamaPlacement {
  return placementsOf(shape)(load, devices);
}
