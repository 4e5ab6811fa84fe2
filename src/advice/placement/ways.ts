import type { Load } from '../../model/types.ts';
import type { DeviceSet, DeviceSlot } from '../../server-rules/device-sets.ts';
import type { SchedulerDecision } from '../../server-rules/scheduler.ts';
import { rulesOf } from '../server.ts';
import type { Workload } from '../types.ts';
import { onDevice, onNoDevice } from './at-best.ts';
import { cpuPlacement } from './cpu.ts';
import { exactLayers, fewestFixedLayers } from './fixed-layers.ts';
import { wholeHeldBytes } from './full-fit.ts';
import { inRamAlone, microBatchesOf, partPlacements, pinnedPlacement, wholePlacements } from './gguf.ts';
import { deviceSetsOf, type GgufPlacementInput, loadUnder } from './input.ts';
import type { TimedPlacement } from './speed.ts';
import type { PlacementResult } from './types.ts';

/** Possible placements of a build on a machine; the caller takes the one with the highest value. */
export interface Ways {
  /** Ollama's own first, then those with most of the model on devices. Never empty. */
  usual: PlacementResult[];
  /** Those with least there. The same on every machine with these devices, however fast they and the RAM are. */
  others: Way[];
}

/** A placement whose speed is known before its memory is worked out, which costs far more. */
export interface Way {
  /** As fast as it is at best. */
  timed: () => TimedPlacement;
  /** null where it is not possible. */
  place: () => PlacementResult | null;
}

/** Fully on devices if possible, else partly in RAM; and with little or nothing on them, for devices that may be no faster than RAM. */
export function waysToPlace(input: GgufPlacementInput, workload: Workload): Ways {
  const { target } = input;
  const decision = rulesOf(target).decide(target, input.built, workload.contextTokensTotal);
  const deviceSets = decision === null ? [] : deviceSetsOf(input, decision);
  const sizes = microBatchesOf(target, workload, decision);
  if (decision === null || deviceSets.length === 0) {
    return { usual: [cpuPlacement(input, workload, sizes, decision)], others: [] };
  }
  if (workload.fixedLayers !== undefined) {
    return { usual: [asFixed(input, workload, decision, deviceSets, sizes)], others: [] };
  }
  const load = loadUnder(target, workload, decision, sizes.at(-1) ?? 512);
  const whole = wholePlacements(input, workload, decision, deviceSets, sizes);
  return {
    usual: whole.length > 0 ? whole : partPlacements(input, workload, decision, deviceSets, sizes),
    others: [...oneLayer(input, load, decision, deviceSets), alone(input, workload, load)],
  };
}

/** As a tag that is there already is laid: with the layers that it fixes, else as the server does it unasked. */
function asFixed(
  input: GgufPlacementInput,
  workload: Workload,
  decision: SchedulerDecision,
  deviceSets: readonly DeviceSet[],
  sizes: readonly number[],
): PlacementResult {
  const { fixedLayers = null } = workload;
  if (fixedLayers === 0) return inRamAlone(input, workload);
  const [plain] = deviceSets;
  if (plain !== undefined && fixedLayers !== null && fixedLayers <= input.shape.architecture.layers) {
    const load = loadUnder(input.target, workload, decision, sizes.at(-1) ?? 512);
    const [fixed] = pinnedPlacement(input, load, decision, plain, (...asked) => exactLayers(...asked, fixedLayers));
    if (fixed !== undefined) return fixed;
  }
  const sets = deviceSets.slice(0, 1);
  const [whole] = wholePlacements(input, workload, decision, sets, sizes);
  const [fitted] = partPlacements(input, workload, decision, sets, sizes);
  return whole ?? fitted ?? inRamAlone(input, workload);
}

/** One layer: the head. */
function oneLayer(
  input: GgufPlacementInput,
  load: Load,
  decision: SchedulerDecision,
  deviceSets: readonly DeviceSet[],
): Way[] {
  if (!rulesOf(input.target).pinsLayers) return [];
  return deviceSets.map((set) => ({
    timed: () => onFastest(input, load, set),
    place: () => pinnedPlacement(input, load, decision, set, fewestFixedLayers)[0] ?? null,
  }));
}

/** The one layer on the fastest of the devices. */
function onFastest(input: GgufPlacementInput, load: Load, { slots }: DeviceSet): TimedPlacement {
  const fastest = slots.reduce((best, next) => (bandwidth(next) > bandwidth(best) ? next : best));
  return onDevice(input, load, fastest.device.id, 1);
}

function bandwidth({ device }: DeviceSlot): number {
  return device.bandwidthBytesPerSecond ?? Number.POSITIVE_INFINITY;
}

function alone(input: GgufPlacementInput, workload: Workload, load: Load): Way {
  return {
    timed: () => onNoDevice(input, load).timed,
    place: () => (ramMayHold(input, load) ? inRamAlone(input, workload) : null),
  };
}

/** By weights and KV cache alone. */
function ramMayHold({ shape, target }: GgufPlacementInput, load: Load): boolean {
  return wholeHeldBytes(shape, load) <= (target.hostAvailableBytes ?? Number.POSITIVE_INFINITY);
}
