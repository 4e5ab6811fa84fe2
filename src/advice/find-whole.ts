import type { Load } from '../model/types.ts';
import { fitsFully, totalOf } from './full-fit.ts';
import type { GgufCase } from './gguf-case.ts';
import { estimateWhole } from './memo.ts';
import type { Seating } from './seating.ts';

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

/** Whether a load lies wholly on the seats of one way and, where they share RAM, leaves the computer enough. */
export function fitsWhole(kase: GgufCase, load: Load, seating: Seating): boolean {
  return fitsFully(kase.shape, load, seating.seats) && poolHolds(kase, load, seating);
}

/** Whether RAM holds what stays there beside devices that have their own memory. Unknown RAM is no reason against it. */
export function hostHolds({ shape, site, extras }: GgufCase, load: Load, { projector }: Seating): boolean {
  const { hostAvailableBytes } = site;
  const besides = projector === 'ram' ? extras.projectorBytes : 0;
  return hostAvailableBytes === null || totalOf(estimateWhole(shape, load).host) + besides <= hostAvailableBytes;
}

/** Metal maps the file once: the tied embedding that device and host read is one. */
export function sharedBytes({ shape }: GgufCase, { seats }: Seating): number {
  return seats.some(({ device }) => device.backend === 'metal') ? shape.weights.tokenEmbedding : 0;
}

/** Whether a computer whose device shares its RAM holds all of it, the part on the device too. */
export function poolHolds(kase: GgufCase, load: Load, seating: Seating): boolean {
  const { hostAvailableBytes } = kase.site;
  if (hostAvailableBytes === null || !seating.seats.some(({ device }) => device.integrated)) return true;
  const { device, host } = estimateWhole(kase.shape, load);
  const besides = kase.extras.projectorBytes + kase.extras.drafterBytes - sharedBytes(kase, seating);
  return totalOf(device) + totalOf(host) + besides <= hostAvailableBytes;
}
