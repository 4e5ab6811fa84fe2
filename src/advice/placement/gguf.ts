import type { Placed as ModelPlaced } from '../../model/fit/place.ts';
import type { Load } from '../../model/types.ts';
import { microBatchesFrom } from '../../server-rules/batch-size.ts';
import { type Seating, seatingsOf } from '../../server-rules/device-sets.ts';
import { type Preflight, preflight } from '../../server-rules/scheduler.ts';
import { nothing, withExtras } from '../parts.ts';
import type { DevicePlacement, Need, Placement } from '../types.ts';
import type { Wish } from '../workload.ts';
import { cpuPlacement } from './cpu.ts';
import { estimateWhole, placeOn } from './estimates.ts';
import { pinnedLayers } from './fixed-layers.ts';
import { roomOf, totalOf } from './full-fit.ts';
import { findWhole, sharedBytes } from './full-offload.ts';
import { type GgufCase, loadOf } from './input.ts';
import type { Placed } from './types.ts';

/** Where the build lies on this machine: wholly on a device if any way allows it, else with as much there as possible. */
export function placeGguf(kase: GgufCase, wish: Wish): Placed {
  const before = preflight(kase.site, kase.built, wish.contextTokens);
  const seatings = before === null ? [] : seatingsOf(kase.site, before, kase.extras);
  const sizes = wish.microBatch === null ? microBatchesFrom(before?.microBatch ?? 512) : [wish.microBatch];
  if (before === null || seatings.length === 0) return cpuPlacement(kase, wish, sizes, before);
  return wholePlacement(kase, wish, before, seatings, sizes) ?? partPlacement(kase, wish, before, seatings, sizes);
}

function wholePlacement(
  kase: GgufCase,
  wish: Wish,
  before: Preflight,
  seatings: readonly Seating[],
  sizes: readonly number[],
) {
  const whole = findWhole(kase, (size) => loadOf(wish, size, before.flashAttention), seatings, sizes);
  if (whole === null) return null;
  return describe(kase, wish, before, whole.seating, whole.microBatch);
}

/**
 * The smallest micro-batch leaves most room for layers; of several ways, a number of layers that the tag fixes among them, the
 * one with most weights on devices. With experts llama.cpp's own fit is the better one: a number of layers would take whole ones
 * off the device where it only moves experts.
 */
function partPlacement(
  kase: GgufCase,
  wish: Wish,
  before: Preflight,
  seatings: readonly Seating[],
  sizes: readonly number[],
): Placed {
  const microBatch = sizes.at(-1) ?? 512;
  const load = loadOf(wish, microBatch, before.flashAttention);
  const fitted = seatings.map((seating) => describe(kase, wish, before, seating, microBatch));
  const best = mostOnDevices(fitted);
  if (kase.shape.architecture.experts !== null && best.placement.gpuLayers > 0) return best;
  return mostOnDevices([best, ...seatings.flatMap((seating) => pinnedPlacement(kase, load, before, seating))]);
}

function mostOnDevices(placed: readonly Placed[]): Placed {
  return placed.reduce((best, next) => (onDevices(next.placement) > onDevices(best.placement) ? next : best));
}

function describe(kase: GgufCase, wish: Wish, before: Preflight, seating: Seating, microBatch: number): Placed {
  const load = loadOf(wish, microBatch, before.flashAttention);
  const placed = placeOn(kase.shape, load, seating.seats.map(roomOf));
  return {
    placement: placementOf(kase, placed, seating),
    need: needOf(kase, load, seating),
    microBatch,
    how: seating.how,
    sharedBytes: sharedBytes(kase, seating),
    preflight: before,
    findings: [],
  };
}

function pinnedPlacement(kase: GgufCase, load: Load, before: Preflight, seating: Seating): Placed[] {
  const pinned = pinnedLayers(kase, load, seating);
  if (pinned === null) return [];
  const { gpuLayers, devices, host } = pinned;
  const placed = { mode: 'split' as const, gpuLayers, overflowingLayers: 0, devices, host };
  const totalLayers = kase.shape.architecture.layers + 1;
  return [
    {
      placement: placementOf(kase, placed, pinned.seating),
      need: needOf(kase, load, seating),
      microBatch: load.microBatch,
      how: seating.how,
      sharedBytes: sharedBytes(kase, seating),
      preflight: before,
      findings: [{ code: 'pinned-layers', gpuLayers, totalLayers }],
    },
  ];
}

function placementOf(
  { shape, extras }: GgufCase,
  placed: Omit<ModelPlaced, 'totalLayers'>,
  { seats, projector }: Seating,
): Placement {
  const devices = seats.map(({ device, marginBytes }, index): DevicePlacement => {
    const { layers, ...parts } = placed.devices[index] ?? { ...nothing, layers: 0 };
    const first = index === 0;
    const projectorBytes = first && projector === 'device' ? extras.projectorBytes : 0;
    const drafterBytes = first ? extras.drafterBytes : 0;
    return {
      accelerator: device.id,
      layers,
      ...withExtras(parts, projectorBytes, drafterBytes),
      freeBytes: device.freeBytes,
      marginBytes,
      remainingBytes: device.freeBytes - totalOf(parts) - projectorBytes - drafterBytes,
    };
  });
  return {
    mode: placed.mode,
    gpuLayers: placed.gpuLayers,
    totalLayers: shape.architecture.layers + 1,
    overflowingLayers: placed.overflowingLayers,
    devices,
    host: withExtras(placed.host, projector === 'ram' ? extras.projectorBytes : 0),
  };
}

/** What it takes with everything on devices, whether or not it fits there. */
function needOf({ shape, extras }: GgufCase, load: Load, { projector }: Seating): Need {
  const { device, host } = estimateWhole(shape, load);
  return {
    device: withExtras(device, projector === 'device' ? extras.projectorBytes : 0, extras.drafterBytes),
    host: withExtras(host, projector === 'ram' ? extras.projectorBytes : 0),
  };
}

function onDevices({ devices }: Placement): number {
  return devices.reduce((sum, { weightsBytes }) => sum + weightsBytes, 0);
}
