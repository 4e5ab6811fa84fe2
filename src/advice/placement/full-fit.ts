import { layeredLayout } from '../../model/memory/layout.ts';
import { heldByDevices } from '../../model/memory/memory.ts';
import type { ModelShape } from '../../model/memory/shape.ts';
import type { Load, Parts } from '../../model/types.ts';
import type { DeviceSlot } from '../../server-rules/device-sets.ts';
import { estimateFullOffload, placeOn } from './estimates.ts';

export function totalOf({ weightsBytes, kvCacheBytes, computeBytes }: Parts): number {
  return weightsBytes + kvCacheBytes + computeBytes;
}

/** Whether the whole model fits on the devices with every margin kept. For several devices, as llama.cpp would divide it. */
export function fitsFully(shape: ModelShape, load: Load, slots: readonly DeviceSlot[]): boolean {
  const [slot] = slots;
  if (slot === undefined || !mayHold(shape, load, slots)) return false;
  if (slots.length > 1) return placeOn(shape, load, slots.map(slotMemory)).mode === 'full';
  return fullOffloadBytes(shape, load) + slot.marginBytes <= slotMemory(slot).freeBytes;
}

/** Whether weights and KV cache alone leave every margin, however they are divided: where not, no compute buffer needs to be known. */
function mayHold(shape: ModelShape, load: Load, slots: readonly DeviceSlot[]): boolean {
  const room = slots.map((slot) => Math.max(0, slotMemory(slot).freeBytes - slot.marginBytes));
  return wholeHeldBytes(shape, load) <= room.reduce((sum, bytes) => sum + bytes, 0);
}

/** Weights and KV cache of a model that is whole on devices, bytes. */
export function wholeHeldBytes(shape: ModelShape, load: Load): number {
  const { layers } = shape.architecture;
  const [heldBytes = 0] = heldByDevices(shape, load)(layeredLayout(layers, layers + 1, [1]));
  return heldBytes;
}

/** Bytes on the device with every layer there, one device. */
export function fullOffloadBytes(shape: ModelShape, load: Load): number {
  return totalOf(estimateFullOffload(shape, load).device);
}

export function slotMemory({ device, marginBytes }: DeviceSlot): {
  freeBytes: number;
  marginBytes: number;
} {
  return { freeBytes: device.freeBytes, marginBytes };
}
