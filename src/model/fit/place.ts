import type { RunMode } from '../../data/vocabulary.ts';
import { FitError } from '../../errors.ts';
import { type LoadInput, loadFrom } from '../memory/estimate.ts';
import { blockCountOf, gpuLayersOf, isFullOffload, type Layout, layeredLayout, layersIn } from '../memory/layout.ts';
import { completeLoad, type OpenLoad } from '../memory/load.ts';
import { heldByDevices, memoryOf } from '../memory/memory.ts';
import { type ModelShape, stockShape } from '../memory/shape.ts';
import { totalBytes } from '../total.ts';
import type { Load, Parts, Quantization, VariantId } from '../types.ts';
import { fitShares } from './fit.ts';
import { type DeviceLayers, layoutOfShares, type Target } from './shares.ts';

/** What llama.cpp puts on one device; bytes by part. */
export interface PlacedDevice extends Parts {
  /** Layers here, the head counted as one. */
  layers: number;
}

/** Where llama.cpp puts a model: bytes by part for each device and the host. */
export interface LlamaPlacement {
  /** full: all of it on devices; split: a part runs on the CPU; cpu: no layer on any device. */
  mode: RunMode;
  /** As llama.cpp counts: blocks + 1 for the head. */
  gpuLayers: number;
  totalLayers: number;
  /** 26b: layers with some or all experts elsewhere, as llama.cpp counts them. */
  overflowingLayers: number;
  devices: PlacedDevice[];
  host: Parts;
}

/** A model, its load and the devices that it may be put on, in the order of their use. */
export interface PlaceInput extends LoadInput {
  variant: VariantId;
  quantization: Quantization;
  /** In the order llama.cpp uses them; margin: what must stay free on each. */
  devices: readonly Target[];
}

/**
 * Where llama.cpp's own fit puts a stock quantization: everything on the devices, in proportion to their free memory, when each
 * keeps its margin; else as many layers as do. No devices: everything on the CPU.
 * Throws FitError `unknown-variant`, `unknown-quantization`, `bad-number` or `usage`.
 */
export function placeModel({ variant, quantization, devices, ...load }: PlaceInput): LlamaPlacement {
  return placeShape(stockShape(variant, quantization), loadFrom(load), devices);
}

/** The same for any shape, e.g. one read from a file or from the server. @internal */
export function placeShape(shape: ModelShape, input: OpenLoad, devices: readonly Target[]): LlamaPlacement {
  for (const { freeBytes, marginBytes } of devices) {
    requireBytes('freeBytes', freeBytes);
    requireBytes('marginBytes', marginBytes);
  }
  const load = completeLoad(input);
  const blocks = shape.architecture.layers;
  const free = devices.map(({ freeBytes }) => freeBytes);
  const usable = free.some((bytes) => bytes > 0);
  const described = (layout: Layout, shares: readonly DeviceLayers[]) => describe(shape, load, layout, shares);
  if (!usable) return described(layeredLayout(blocks, 0, new Array(devices.length).fill(1)), []);
  const whole = layeredLayout(blocks, blocks + 1, free);
  const keeps = (used: readonly number[]) =>
    devices.every(({ freeBytes, marginBytes }, index) => freeBytes - (used[index] ?? 0) >= marginBytes);
  if (keeps(heldByDevices(shape, load)(whole)) && keeps(memoryOf(shape, load, whole).devices.map(totalBytes))) {
    return described(whole, []);
  }
  const shares = fitShares(shape, load, devices);
  return described(layoutOfShares(blocks, shares), shares);
}

function describe(shape: ModelShape, load: Load, layout: Layout, shares: readonly DeviceLayers[]): LlamaPlacement {
  const { devices, host: hostParts } = memoryOf(shape, load, layout);
  const gpuLayers = gpuLayersOf(layout);
  return {
    mode: gpuLayers === 0 ? 'cpu' : isFullOffload(layout) ? 'full' : 'split',
    gpuLayers,
    totalLayers: blockCountOf(layout) + 1,
    overflowingLayers: shares.reduce((sum, { partial }) => sum + partial, 0),
    devices: devices.map((parts, device) => ({ layers: layersIn(layout, device), ...parts })),
    host: hostParts,
  };
}

function requireBytes(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new FitError('bad-number', `${name} must be a number of bytes from 0, not ${value}.`);
}
