import { largestWithin } from '../../model/fit/search.ts';
import { host, joined, type Layout } from '../../model/memory/layout.ts';
import { memoryOf } from '../../model/memory/memory.ts';
import type { ModelShape } from '../../model/memory/shape.ts';
import type { Load, Parts } from '../../model/types.ts';
import type { DeviceSet } from '../../server-rules/device-sets.ts';
import { noParts } from '../parts.ts';
import { slotMemory, totalOf } from './full-fit.ts';
import type { GgufPlacementInput } from './input.ts';

/** A model with experts on one device, as `-ngl` and `--n-cpu-moe` lay it. */
export interface CpuExperts {
  gpuLayers: number;
  /** Of those the first ones, whose experts are in RAM. */
  overflowingLayers: number;
  devices: (Parts & { layers: number })[];
  host: Parts;
}

/**
 * The fewest layers whose experts stay in RAM so that the device keeps its margin; where even all of them are not enough, the most layers without
 * their experts. `--n-cpu-moe N` takes the first N (llama.cpp common/arg.cpp), so that what runs can be told in one number. null for several
 * devices, for a model without experts, and where not one layer fits.
 */
export function cpuExperts({ shape }: GgufPlacementInput, load: Load, { slots }: DeviceSet): CpuExperts | null {
  const [slot] = slots;
  if (shape.architecture.experts === null || slot === undefined || slots.length > 1) return null;
  const { freeBytes, marginBytes } = slotMemory(slot);
  const roomBytes = freeBytes - marginBytes;
  const blocks = shape.architecture.layers;
  const weigh = (gpuLayers: number, experts: number) => totalOf(memoryAt(shape, load, gpuLayers, experts).device);
  const fits = weigh(blocks + 1, blocks) <= roomBytes;
  const whole = fits ? largestWithin(roomBytes, 0, blocks, (more) => weigh(blocks + 1, blocks - more)) : 0;
  const gpuLayers = fits ? blocks + 1 : largestWithin(roomBytes, 0, blocks, (layers) => weigh(layers, blocks));
  if (gpuLayers === 0) return null;
  const { device, host: hostParts } = memoryAt(shape, load, gpuLayers, blocks - whole);
  return {
    gpuLayers,
    overflowingLayers: fits ? blocks - whole : gpuLayers - 1,
    devices: [{ ...device, layers: gpuLayers }],
    host: hostParts,
  };
}

function memoryAt(shape: ModelShape, load: Load, gpuLayers: number, experts: number): { device: Parts; host: Parts } {
  const { devices, host: hostParts } = memoryOf(
    shape,
    load,
    expertsInRam(shape.architecture.layers, gpuLayers, experts),
  );
  return { device: devices[0] ?? noParts, host: hostParts };
}

/** The last layers on one device, the experts of the first `experts` blocks in RAM. */
export function expertsInRam(blockCount: number, gpuLayers: number, experts: number): Layout {
  const firstOnDevice = Math.min(blockCount + 1 - gpuLayers, blockCount);
  const inRam = Math.min(Math.max(experts - firstOnDevice, 0), blockCount - firstOnDevice);
  const runs = joined([
    { blocks: firstOnDevice, home: host, overflow: null },
    { blocks: inRam, home: 0, overflow: { part: 'experts', to: host } },
    { blocks: blockCount - firstOnDevice - inRam, home: 0, overflow: null },
  ]);
  return { deviceCount: 1, runs, head: 0 };
}
