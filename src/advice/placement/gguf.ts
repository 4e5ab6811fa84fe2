import type { LlamaPlacement as ModelPlaced } from '../../model/fit/place.ts';
import type { Load } from '../../model/types.ts';
import { microBatchesFrom } from '../../server-rules/batch-size.ts';
import { type DeviceSet, deviceSetsToTry } from '../../server-rules/device-sets.ts';
import { decideSchedule, type SchedulerDecision } from '../../server-rules/scheduler.ts';
import { nothing, withExtras } from '../parts.ts';
import type { DevicePlacement, Need, Placement, Workload } from '../types.ts';
import { cpuPlacement } from './cpu.ts';
import { drafterMemory } from './drafter.ts';
import { estimateFullOffload, placeOn } from './estimates.ts';
import { fixedLayers } from './fixed-layers.ts';
import { slotMemory, totalOf } from './full-fit.ts';
import { findFullOffload, sharedBytes } from './full-offload.ts';
import { type GgufPlacementInput, loadUnder } from './input.ts';
import type { PlacementResult } from './types.ts';

/** Where the build lies on this machine: wholly on a device if any way allows it, else with as much there as possible. */
export function placeGguf(input: GgufPlacementInput, workload: Workload): PlacementResult {
  const decision = decideSchedule(input.target, input.built, workload.contextTokensTotal);
  const deviceSets = decision === null ? [] : deviceSetsToTry(input.target, decision, input.extras);
  const sizes = workload.microBatch === null ? microBatchesFrom(decision?.microBatch ?? 512) : [workload.microBatch];
  if (decision === null || deviceSets.length === 0) return cpuPlacement(input, workload, sizes, decision);
  return (
    wholePlacement(input, workload, decision, deviceSets, sizes) ??
    partPlacement(input, workload, decision, deviceSets, sizes)
  );
}

function wholePlacement(
  input: GgufPlacementInput,
  workload: Workload,
  decision: SchedulerDecision,
  deviceSets: readonly DeviceSet[],
  sizes: readonly number[],
) {
  const whole = findFullOffload(input, (size) => loadUnder(input.target, workload, decision, size), deviceSets, sizes);
  if (whole === null) return null;
  return describe(input, workload, decision, whole.deviceSet, whole.microBatch);
}

/**
 * The smallest micro-batch leaves most room for layers; of several ways, a number of layers that the tag fixes among them, the
 * one with most weights on devices. With experts llama.cpp's own fit is the better one: a number of layers would take whole ones
 * off the device where it only moves experts.
 */
function partPlacement(
  input: GgufPlacementInput,
  workload: Workload,
  decision: SchedulerDecision,
  deviceSets: readonly DeviceSet[],
  sizes: readonly number[],
): PlacementResult {
  const microBatch = sizes.at(-1) ?? 512;
  const load = loadUnder(input.target, workload, decision, microBatch);
  const fitted = deviceSets.map((deviceSet) => describe(input, workload, decision, deviceSet, microBatch));
  const best = mostOnDevices(fitted);
  if (input.shape.architecture.experts !== null && best.placement.gpuLayers > 0) return best;
  return mostOnDevices([best, ...deviceSets.flatMap((deviceSet) => pinnedPlacement(input, load, decision, deviceSet))]);
}

function mostOnDevices(placed: readonly PlacementResult[]): PlacementResult {
  return placed.reduce((best, next) => (onDevices(next.placement) > onDevices(best.placement) ? next : best));
}

function describe(
  input: GgufPlacementInput,
  workload: Workload,
  decision: SchedulerDecision,
  deviceSet: DeviceSet,
  microBatch: number,
): PlacementResult {
  const load = loadUnder(input.target, workload, decision, microBatch);
  const placed = placeOn(input.shape, load, deviceSet.slots.map(slotMemory));
  return {
    ...placementOf(input, load, placed, deviceSet),
    need: needOf(input, load, deviceSet),
    microBatch,
    how: deviceSet.how,
    sharedBytes: sharedBytes(input, deviceSet),
    preflight: decision,
  };
}

function pinnedPlacement(
  input: GgufPlacementInput,
  load: Load,
  decision: SchedulerDecision,
  deviceSet: DeviceSet,
): PlacementResult[] {
  const fixed = fixedLayers(input, load, deviceSet);
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
  placed: Omit<ModelPlaced, 'totalLayers'>,
  { slots, projector }: DeviceSet,
): Pick<PlacementResult, 'placement' | 'findings'> {
  const { shape, extras } = input;
  const drafter = drafterMemory(input, load);
  const devices = slots.map(({ device, marginBytes }, index): DevicePlacement => {
    const { layers, ...parts } = placed.devices[index] ?? { ...nothing, layers: 0 };
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

/** What it takes with everything on devices, whether or not it fits there. */
function needOf(input: GgufPlacementInput, load: Load, { projector }: DeviceSet): Need {
  const { shape, extras } = input;
  const { device, host } = estimateFullOffload(shape, load);
  const drafter = drafterMemory(input, load);
  return {
    device: withExtras(device, projector === 'device' ? extras.projectorBytes : 0, drafter.deviceBytes),
    host: withExtras(host, projector === 'ram' ? extras.projectorBytes : 0, drafter.hostBytes),
  };
}

function onDevices({ devices }: Placement): number {
  return devices.reduce((sum, { weightsBytes }) => sum + weightsBytes, 0);
}
