import type { ModelShape } from '../../model/memory/shape.ts';
import type { Load, Parts } from '../../model/types.ts';
import type { DeviceSet, DeviceSlot } from '../../server-rules/device-sets.ts';
import { noParts } from '../parts.ts';
import { drafterMemory } from './drafter.ts';
import { estimateFullOffload, placeOn } from './estimates.ts';
import { fitsFully, slotMemory, totalOf } from './full-fit.ts';
import type { GgufPlacementInput } from './input.ts';

/** The first device set and the largest micro-batch that keep everything on devices; null when none does. */
export function findFullOffload(
  input: GgufPlacementInput,
  load: (microBatch: number) => Load,
  deviceSets: readonly DeviceSet[],
  sizes: readonly number[],
): { deviceSet: DeviceSet; microBatch: number } | null {
  const fits = (deviceSet: DeviceSet, size: number) => fitsOnDeviceSet(input, load(size), deviceSet);
  const smallest = Math.min(...sizes);
  for (const deviceSet of deviceSets) {
    if (!fits(deviceSet, smallest)) continue;
    return { deviceSet, microBatch: sizes.find((size) => size > smallest && fits(deviceSet, size)) ?? smallest };
  }
  return null;
}

/** Whether a load fits fully on the devices of one set, and the rest in RAM. */
export function fitsOnDeviceSet(input: GgufPlacementInput, load: Load, deviceSet: DeviceSet): boolean {
  return fitsFully(input.shape, load, deviceSet.slots) && ramHolds(input, load, deviceSet);
}

/** Whether RAM holds what is not on the devices, or everything where the device shares RAM. Unknown RAM counts as enough. */
export function ramHolds(input: GgufPlacementInput, load: Load, deviceSet: DeviceSet): boolean {
  const { hostAvailableBytes } = input.target;
  if (hostAvailableBytes === null) return true;
  const pooled = deviceSet.slots.some(({ device }) => device.integrated);
  const needBytes = pooled ? pooledBytes(input, load, deviceSet) : hostBytes(input, load, deviceSet);
  return needBytes <= hostAvailableBytes;
}

/** A pipeline of devices keeps copies of the inputs in RAM, and a draft model on the first device keeps buffers there. */
function hostBytes(input: GgufPlacementInput, load: Load, { slots, projector }: DeviceSet): number {
  const { shape, extras } = input;
  const { host, first } = wholeOn(shape, load, slots);
  const drafter = drafterMemory(input, load);
  const onFirst = totalOf(first) + (projector === 'device' ? extras.projectorBytes : 0);
  const drafts = drafter.deviceBytes <= (slots[0]?.device.freeBytes ?? 0) - onFirst;
  return totalOf(host) + (projector === 'ram' ? extras.projectorBytes : 0) + (drafts ? drafter.hostBytes : 0);
}

function wholeOn(shape: ModelShape, load: Load, slots: readonly DeviceSlot[]): { host: Parts; first: Parts } {
  if (slots.length > 1) {
    const { host, devices } = placeOn(shape, load, slots.map(slotMemory));
    return { host, first: devices[0] ?? noParts };
  }
  const { host, device } = estimateFullOffload(shape, load);
  return { host, first: device };
}

/** Metal maps the file once, so device and host share the tied embedding. */
export function sharedBytes({ shape }: GgufPlacementInput, { slots }: DeviceSet): number {
  return slots.some(({ device }) => device.backend === 'metal') ? shape.weights.tokenEmbedding : 0;
}

function pooledBytes(input: GgufPlacementInput, load: Load, deviceSet: DeviceSet): number {
  const { device, host } = estimateFullOffload(input.shape, load);
  const drafter = drafterMemory(input, load);
  const otherBytes = input.extras.projectorBytes - sharedBytes(input, deviceSet);
  return totalOf(device) + totalOf(host) + drafter.deviceBytes + drafter.hostBytes + otherBytes;
}
