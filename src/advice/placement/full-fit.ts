import type { ModelShape } from '../../model/memory/shape.ts';
import type { Load, Parts } from '../../model/types.ts';
import type { Seat } from '../../server-rules/device-sets.ts';
import { estimateWhole, placeOn } from './estimates.ts';

export function totalOf({ weightsBytes, kvCacheBytes, computeBytes }: Parts): number {
  return weightsBytes + kvCacheBytes + computeBytes;
}

/**
 * Whether the whole model fits on the seats with every margin kept. One device: by its need alone;
 * several: as llama.cpp would divide it.
 */
export function fitsFully(shape: ModelShape, load: Load, seats: readonly Seat[]): boolean {
  const [seat] = seats;
  if (seat === undefined) return false;
  if (seats.length > 1) return placeOn(shape, load, seats.map(roomOf)).mode === 'full';
  return wholeNeedBytes(shape, load) + seat.marginBytes <= roomOf(seat).freeBytes;
}

/** Bytes on the device with every layer there, one device. */
export function wholeNeedBytes(shape: ModelShape, load: Load): number {
  return totalOf(estimateWhole(shape, load).device);
}

export function roomOf({ device, marginBytes, takenBytes }: Seat): { freeBytes: number; marginBytes: number } {
  return { freeBytes: Math.max(device.freeBytes - takenBytes, 0), marginBytes };
}
