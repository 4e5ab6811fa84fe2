import type { Load } from '../../model/types.ts';
import type { Seating } from '../../server-rules/device-sets.ts';
import { estimateWhole, placeOn } from './estimates.ts';
import { fitsFully, roomOf, totalOf } from './full-fit.ts';
import type { GgufCase } from './input.ts';

/** The first way and the largest micro-batch that keep everything on devices; null when none does. */
export function findWhole(
  kase: GgufCase,
  load: (microBatch: number) => Load,
  seatings: readonly Seating[],
  sizes: readonly number[],
): { seating: Seating; microBatch: number } | null {
  for (const seating of seatings) {
    if (!fitsWhole(kase, load(Math.min(...sizes)), seating)) continue;
    for (const microBatch of sizes) {
      if (fitsWhole(kase, load(microBatch), seating)) return { seating, microBatch };
    }
  }
  return null;
}

/** Whether a load lies wholly on the seats of one way, and RAM holds what has to be there. */
export function fitsWhole(kase: GgufCase, load: Load, seating: Seating): boolean {
  return fitsFully(kase.shape, load, seating.seats) && ramHolds(kase, load, seating);
}

/**
 * Whether RAM holds what stays there beside devices with memory of their own, or all of it where the device shares RAM. Unknown RAM is
 * no reason against it.
 */
export function ramHolds(kase: GgufCase, load: Load, seating: Seating): boolean {
  const { hostAvailableBytes } = kase.site;
  if (hostAvailableBytes === null) return true;
  const pooled = seating.seats.some(({ device }) => device.integrated);
  const needBytes = pooled ? pooledBytes(kase, load, seating) : hostBytes(kase, load, seating);
  return needBytes <= hostAvailableBytes;
}

/** Several devices in a pipeline keep copies of the inputs in RAM. */
function hostBytes({ shape, extras }: GgufCase, load: Load, { seats, projector }: Seating): number {
  const { host } = seats.length > 1 ? placeOn(shape, load, seats.map(roomOf)) : estimateWhole(shape, load);
  return totalOf(host) + (projector === 'ram' ? extras.projectorBytes : 0);
}

/** Metal maps the file once: the tied embedding that device and host read is one. */
export function sharedBytes({ shape }: GgufCase, { seats }: Seating): number {
  return seats.some(({ device }) => device.backend === 'metal') ? shape.weights.tokenEmbedding : 0;
}

function pooledBytes(kase: GgufCase, load: Load, seating: Seating): number {
  const { device, host } = estimateWhole(kase.shape, load);
  const besides = kase.extras.projectorBytes + kase.extras.drafterBytes - sharedBytes(kase, seating);
  return totalOf(device) + totalOf(host) + besides;
}
