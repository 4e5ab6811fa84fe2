import { largestHeld } from '../../model/fit/search.ts';
import { type Layout, layeredLayout } from '../../model/memory/layout.ts';
import { heldByDevices } from '../../model/memory/memory.ts';
import type { Load } from '../../model/types.ts';
import type { DeviceSet } from '../../server-rules/device-sets.ts';
import { textMarginBytes } from '../../server-rules/margin.ts';
import { rulesOf } from '../server.ts';
import type { Verdict, Workload } from '../types.ts';
import { expertsInRam } from './cpu-experts.ts';
import { drafterMemory } from './drafter.ts';
import { microBatchesOf } from './gguf.ts';
import { deviceSetsOf, type GgufPlacementInput, loadUnder } from './input.ts';
import type { TimedPlacement } from './speed.ts';

/** A placement that no real one of this build and workload is faster than, and where it runs. */
export interface AtBest {
  verdict: Verdict;
  timed: TimedPlacement;
}

/**
 * Where a build may be at best: nothing on devices, or as much as all devices of a set would hold together without a compute buffer, all
 * of it on one of them. No memory is worked out for it. Between the two lies every real placement, and its speed.
 */
export function placementsAtBest(input: GgufPlacementInput, workload: Workload): AtBest[] {
  const decision = rulesOf(input.target).decide(input.target, input.built, workload.contextTokensTotal);
  const deviceSets = decision === null ? [] : deviceSetsOf(input, decision);
  const microBatch = microBatchesOf(input.target, workload, decision).at(-1) ?? 512;
  const load = loadUnder(input.target, workload, decision ?? { flashAttention: true, devices: [] }, microBatch);
  return [onNoDevice(input, load), ...deviceSets.flatMap((set) => onEach(input, load, set))];
}

/** Nothing on devices. */
export function onNoDevice(input: GgufPlacementInput, load: Load): AtBest {
  const need = { device: { drafterBytes: 0 }, host: { drafterBytes: drafterMemory(input, load).cpuBytes } };
  const placement = { devices: [], overflowingLayers: 0 };
  return { verdict: 'cpu', timed: { placement, need, microBatch: load.microBatch } };
}

/** One layer, everything but experts, and the most: where layers gain on the device, the last is fastest; where they lose there, the first. */
function onEach(input: GgufPlacementInput, load: Load, set: DeviceSet): AtBest[] {
  const blocks = input.shape.architecture.layers;
  const most = mostOn(input, load, set);
  const dense = { layers: most.layers, overflowingLayers: most.layers - 1 };
  const counts = [{ layers: 1, overflowingLayers: 0 }, ...(most.overflowingLayers > 0 ? [dense] : []), most];
  return set.slots.flatMap(({ device }) =>
    counts.map(({ layers, overflowingLayers }) => ({
      verdict: layers > blocks && overflowingLayers === 0 ? 'gpu' : 'split',
      timed: onDevice(input, load, device.id, layers, overflowingLayers),
    })),
  );
}

/** Layers on one of the devices, and the draft model beside them. */
export function onDevice(
  input: GgufPlacementInput,
  load: Load,
  accelerator: string,
  layers: number,
  overflowingLayers = 0,
): TimedPlacement {
  const { deviceBytes, hostBytes } = drafterMemory(input, load);
  return {
    placement: { devices: [{ accelerator, layers }], overflowingLayers },
    need: { device: { drafterBytes: deviceBytes }, host: { drafterBytes: hostBytes } },
    microBatch: load.microBatch,
  };
}

/** By weights and KV cache alone, with the smallest margins. */
function mostOn({ shape }: GgufPlacementInput, load: Load, { slots }: DeviceSet) {
  const blocks = shape.architecture.layers;
  const rooms = slots.map(({ device, marginBytes }) => device.freeBytes - Math.min(marginBytes, textMarginBytes));
  const roomBytes = rooms.reduce((sum, bytes) => sum + Math.max(bytes, 0), 0);
  const held = heldByDevices(shape, load);
  const most = (high: number, layoutOf: (count: number) => Layout) =>
    largestHeld(roomBytes, 0, high + 1, (count) => held(layoutOf(count))[0] ?? 0);
  if (shape.architecture.experts === null) {
    return { layers: most(blocks + 1, (count) => layeredLayout(blocks, count, [1])), overflowingLayers: 0 };
  }
  const layers = most(blocks + 1, (count) => expertsInRam(blocks, count, blocks));
  const whole = layers <= blocks ? 0 : most(blocks, (count) => expertsInRam(blocks, layers, blocks - count));
  return { layers, overflowingLayers: Math.max(layers - 1 - whole, 0) };
}
