import { since } from '../../data/tables.ts';
import { largestWithinHeld } from '../../model/fit/search.ts';
import { layeredLayout, layersIn } from '../../model/memory/layout.ts';
import { heldByDevices, memoryOf } from '../../model/memory/memory.ts';
import type { Load, Parts } from '../../model/types.ts';
import type { DeviceSet, DeviceSlot } from '../../server-rules/device-sets.ts';
import { textMarginBytes } from '../../server-rules/margin.ts';
import { noParts } from '../parts.ts';
import { estimateLayers } from './estimates.ts';
import { slotMemory, totalOf } from './full-fit.ts';
import type { GgufPlacementInput } from './input.ts';

/** A number of layers that the tag fixes with `num_gpu`, and their placement. */
export interface FixedLayers {
  gpuLayers: number;
  deviceSet: DeviceSet;
  devices: (Parts & { layers: number })[];
  host: Parts;
}

/**
 * The most layers that the devices hold, for a model that does not fit fully, when the tag fixes their number. Ollama then leaves the
 * projector on the CPU and llama.cpp loads as told, in proportion to what is free, so the margin for text is enough (ollama
 * llm/llama_server.go, "partial-text-offload"). null where it gains nothing: images are wanted, or the projector is not on the device
 * anyway.
 */
export function mostFixedLayers(input: GgufPlacementInput, load: Load, deviceSet: DeviceSet): FixedLayers | null {
  if (deviceSet.projector !== 'device' || input.imagesWanted) return null;
  return fixedLayers(input, load, deviceSet, input.shape.architecture.layers);
}

/** The fewest, for devices slower than RAM, where more layers gain nothing. null where not even one fits. */
export function fewestFixedLayers(input: GgufPlacementInput, load: Load, deviceSet: DeviceSet): FixedLayers | null {
  return fixedLayers(input, load, deviceSet, 1);
}

/** So many, whether they fit or not: a tag that fixes them is loaded so. */
export function exactLayers(
  input: GgufPlacementInput,
  load: Load,
  deviceSet: DeviceSet,
  gpuLayers: number,
): FixedLayers {
  const slots = forText(deviceSet);
  return {
    gpuLayers,
    deviceSet: { ...deviceSet, slots, projector: 'ram' },
    ...layersOn(input, load, slots, gpuLayers),
  };
}

function forText({ slots }: DeviceSet): DeviceSlot[] {
  return slots.map((slot) => ({ ...slot, marginBytes: textMarginBytes }));
}

function fixedLayers(input: GgufPlacementInput, load: Load, deviceSet: DeviceSet, most: number): FixedLayers | null {
  if (input.extras.oneDeviceOnly && !since('small-models-split', input.target.ollamaVersion)) return null;
  const slots = forText(deviceSet);
  const excess = (layers: number) => worstExcess(layersOn(input, load, slots, layers).devices, slots);
  const held = heldExcess(input, load, slots);
  const gpuLayers = largestWithinHeld(0, 0, most, held, excess);
  return gpuLayers === 0 ? null : exactLayers(input, load, deviceSet, gpuLayers);
}

/** Bytes by which the fullest device is over; 0 or less: every device keeps its margin. */
function worstExcess(devices: readonly Parts[], slots: readonly DeviceSlot[]): number {
  return mostOver(
    slots.map((_, index) => totalOf(devices[index] ?? noParts)),
    slots,
  );
}

/** The same by weights and KV cache alone. */
function heldExcess({ shape }: GgufPlacementInput, load: Load, slots: readonly DeviceSlot[]) {
  const shares = slots.map((slot) => slotMemory(slot).freeBytes);
  const held = heldByDevices(shape, load);
  return (layers: number) => mostOver(held(layeredLayout(shape.architecture.layers, layers, shares)), slots);
}

function mostOver(bytes: readonly number[], slots: readonly DeviceSlot[]): number {
  const over = slots.map((slot, index) => {
    const { freeBytes, marginBytes } = slotMemory(slot);
    return (bytes[index] ?? 0) + marginBytes - freeBytes;
  });
  return Math.max(...over);
}

function layersOn({ shape }: GgufPlacementInput, load: Load, slots: readonly DeviceSlot[], gpuLayers: number) {
  if (slots.length === 1) {
    const { device, host } = estimateLayers(shape, load, gpuLayers);
    return { devices: [{ ...device, layers: gpuLayers }], host };
  }
  const shares = slots.map((slot) => slotMemory(slot).freeBytes);
  const layout = layeredLayout(shape.architecture.layers, gpuLayers, shares);
  const { devices, host } = memoryOf(shape, load, layout);
  const counted = devices.map((parts, index) => ({ ...parts, layers: layersIn(layout, index) }));
  return { devices: counted, host };
}
