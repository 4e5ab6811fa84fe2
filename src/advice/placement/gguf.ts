import type { LlamaPlacement } from '../../model/fit/place.ts';
import type { Load } from '../../model/types.ts';
import { areAlike, type DeviceSet } from '../../server-rules/device-sets.ts';
import type { SchedulerDecision } from '../../server-rules/scheduler.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import { noParts, withExtras } from '../parts.ts';
import { rulesOf } from '../server.ts';
import type { DevicePlacement, Need, Workload } from '../types.ts';
import { cpuPlacement } from './cpu.ts';
import { cpuExperts } from './cpu-experts.ts';
import { drafterMemory } from './drafter.ts';
import { estimateFullOffload, placeOn } from './estimates.ts';
import { type FixedLayers, mostFixedLayers } from './fixed-layers.ts';
import { slotMemory, totalOf } from './full-fit.ts';
import { findFullOffload, sharedBytes } from './full-offload.ts';
import { type GgufPlacementInput, loadUnder } from './input.ts';
import type { PlacementResult } from './types.ts';

/** Micro-batches to try, largest first: the requested one, or those that may be set instead of the automatic one. */
export function microBatchesOf(
  target: SchedulerTarget,
  { microBatch }: Workload,
  decision: SchedulerDecision | null,
): number[] {
  if (microBatch !== null) return [microBatch];
  return rulesOf(target).microBatches(decision?.microBatch ?? 512, decision?.flashAttention ?? true);
}

/** `--device none`, or `num_gpu 0` in the tag: Ollama starts llama-server without a device (ollama server/sched.go). */
export function inRamAlone(input: GgufPlacementInput, workload: Workload): PlacementResult {
  const { target, built } = input;
  const { decide, pinsLayers } = rulesOf(target);
  const decision = decide({ ...target, groups: [] }, built, workload.contextTokensTotal);
  const placed = cpuPlacement(input, workload, microBatchesOf(target, workload, decision), decision);
  const { gpuLayers, totalLayers } = placed.placement;
  return { ...placed, findings: pinsLayers ? [{ code: 'pinned-layers', gpuLayers, totalLayers }] : [] };
}

/** Ollama's own choice first; a single card of several only where the tag can select it, which works for identical cards. */
export function wholePlacements(
  input: GgufPlacementInput,
  workload: Workload,
  decision: SchedulerDecision,
  deviceSets: readonly DeviceSet[],
  sizes: readonly number[],
): PlacementResult[] {
  const load = (size: number) => loadUnder(input.target, workload, decision, size);
  const first = findFullOffload(input, load, deviceSets, sizes);
  if (first === null) return [];
  const others = deviceSets.filter(
    (set) => set !== first.deviceSet && set.how === 'main-gpu' && areAlike(input.target),
  );
  const found = [first, ...others.flatMap((set) => findFullOffload(input, load, [set], sizes) ?? [])];
  return found.map(({ deviceSet, microBatch }) => describe(input, workload, decision, deviceSet, microBatch));
}

/**
 * The smallest micro-batch leaves most room for layers. With experts llama.cpp's own fit is better: a fixed number of layers would move
 * whole layers off the device where the fit moves only experts.
 */
export function partPlacements(
  input: GgufPlacementInput,
  workload: Workload,
  decision: SchedulerDecision,
  deviceSets: readonly DeviceSet[],
  sizes: readonly number[],
): PlacementResult[] {
  const microBatch = sizes.at(-1) ?? 512;
  const load = loadUnder(input.target, workload, decision, microBatch);
  const fitted = deviceSets.map((deviceSet) => describe(input, workload, decision, deviceSet, microBatch));
  if (input.shape.architecture.experts !== null) return fitted;
  const pinned = deviceSets.flatMap((set) => pinnedPlacement(input, load, decision, set, mostFixedLayers));
  return [...fitted, ...pinned];
}

function describe(
  input: GgufPlacementInput,
  workload: Workload,
  decision: SchedulerDecision,
  deviceSet: DeviceSet,
  microBatch: number,
): PlacementResult {
  const load = loadUnder(input.target, workload, decision, microBatch);
  const placed = placedBy(input, load, deviceSet);
  return {
    ...placementOf(input, load, placed, deviceSet),
    need: needOf(input, load, deviceSet),
    microBatch,
    how: deviceSet.how,
    sharedBytes: sharedBytes(input, deviceSet),
    preflight: decision,
  };
}

/** As llama.cpp's own fit lays it; where the experts of layers can be told by number, as that number lays them. */
function placedBy(input: GgufPlacementInput, load: Load, deviceSet: DeviceSet): Omit<LlamaPlacement, 'totalLayers'> {
  const fitted = placeOn(input.shape, load, deviceSet.slots.map(slotMemory));
  if (fitted.mode !== 'split' || !rulesOf(input.target).namesCpuExperts) return fitted;
  const told = cpuExperts(input, load, deviceSet);
  return told === null ? fitted : { ...told, mode: 'split' };
}

export function pinnedPlacement(
  input: GgufPlacementInput,
  load: Load,
  decision: SchedulerDecision,
  deviceSet: DeviceSet,
  choose: (input: GgufPlacementInput, load: Load, deviceSet: DeviceSet) => FixedLayers | null,
): PlacementResult[] {
  const fixed = rulesOf(input.target).pinsLayers ? choose(input, load, deviceSet) : null;
  if (fixed === null) return [];
  const { gpuLayers, devices, host } = fixed;
  const placed = { mode: 'split' as const, gpuLayers, overflowingLayers: 0, devices, host };
  const totalLayers = input.shape.architecture.layers + 1;
  const { placement, findings } = placementOf(input, load, placed, fixed.deviceSet);
  return [
    {
      placement,
      need: needOf(input, load, deviceSet),
      microBatch: load.microBatch,
      how: deviceSet.how,
      sharedBytes: sharedBytes(input, deviceSet),
      preflight: decision,
      findings: [{ code: 'pinned-layers', gpuLayers, totalLayers }, ...findings],
    },
  ];
}

function placementOf(
  input: GgufPlacementInput,
  load: Load,
  placed: Omit<LlamaPlacement, 'totalLayers'>,
  { slots, projector }: DeviceSet,
): Pick<PlacementResult, 'placement' | 'findings'> {
  const { shape, extras } = input;
  const drafter = drafterMemory(input, load);
  const devices = slots.map(({ device, marginBytes }, index): DevicePlacement => {
    const { layers, ...parts } = placed.devices[index] ?? { ...noParts, layers: 0 };
    const projectorBytes = index === 0 && projector === 'device' ? extras.projectorBytes : 0;
    const { freeBytes } = device;
    const remainingBytes = freeBytes - totalOf(parts) - projectorBytes;
    return {
      accelerator: device.id,
      layers,
      ...withExtras(parts, projectorBytes),
      freeBytes,
      marginBytes,
      remainingBytes,
    };
  });
  const [first] = devices;
  const dropped = drafter.deviceBytes > (first?.remainingBytes ?? 0);
  if (first !== undefined && !dropped) {
    first.drafterBytes = drafter.deviceBytes;
    first.remainingBytes -= drafter.deviceBytes;
  }
  const host = withExtras(
    placed.host,
    projector === 'ram' ? extras.projectorBytes : 0,
    dropped ? 0 : drafter.hostBytes,
  );
  const { mode, gpuLayers, overflowingLayers } = placed;
  const totalLayers = shape.architecture.layers + 1;
  return {
    placement: { mode, gpuLayers, totalLayers, overflowingLayers, devices, host },
    findings: dropped
      ? [
          {
            code: 'drafter-dropped',
            drafterBytes: drafter.deviceBytes,
            freeBytes: Math.max(first?.remainingBytes ?? 0, 0),
          },
        ]
      : [],
  };
}

/** What it takes fully offloaded, whether or not that fits. */
function needOf(input: GgufPlacementInput, load: Load, { projector }: DeviceSet): Need {
  const { shape, extras } = input;
  const { device, host } = estimateFullOffload(shape, load);
  const drafter = drafterMemory(input, load);
  return {
    device: withExtras(device, projector === 'device' ? extras.projectorBytes : 0, drafter.deviceBytes),
    host: withExtras(host, projector === 'ram' ? extras.projectorBytes : 0, drafter.hostBytes),
  };
}
