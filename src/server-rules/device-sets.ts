import type { Platform } from '../machine/types.ts';
import { bestSingle, devicesOfGroups, type UsableDevice } from './devices.ts';
import { marginsFor } from './margin.ts';
import { type ProjectorHome, projectorHome } from './projector.ts';
import type { SchedulerDecision } from './scheduler.ts';
import type { SchedulerTarget } from './target.ts';

/** A device of one load; bytes. */
export interface DeviceSlot {
  device: UsableDevice;
  /** What has to stay free there. */
  marginBytes: number;
}

/** How a load gets onto its devices: as Ollama does it unasked, or told to use one device, or told to spread. */
export type DeviceSetKind = 'plain' | 'main-gpu' | 'spread';

/** Devices of one load with what must stay free on each, and where the projector goes. */
export interface DeviceSet {
  slots: DeviceSlot[];
  how: DeviceSetKind;
  projector: ProjectorHome;
}

export interface ExtraLoads {
  /** 0 when the build has none or none is wanted. */
  projectorBytes: number;
  /** File of the draft model that is loaded on the first device, after the fit: llama.cpp keeps no room for it. */
  drafterBytes: number;
  /** What llama-server counts for the projector besides its weights; default: that of 26b. */
  projectorScratchBytes?: number;
  /** LLAMA_ARG_FIT_TARGET on the server, bytes. */
  fitTargetBytes?: number;
  /** Images are to be read: the projector belongs on a device. */
  imagesWanted?: boolean;
  /** E2B and E4B fail on several devices (ollama issue 16506): they are kept on one. */
  oneDeviceOnly: boolean;
}

type Way = [DeviceSetKind, readonly UsableDevice[]];

/** Every set of devices a load may use here, Ollama's own choice first; empty without devices. */
export function deviceSetsToTry(
  target: SchedulerTarget,
  { devices }: Pick<SchedulerDecision, 'devices'>,
  extras: ExtraLoads,
): DeviceSet[] {
  return waysOf(target, devices, extras.oneDeviceOnly).map(([how, chosen]) =>
    slot(how, chosen, extras, target.platform),
  );
}

function waysOf(target: SchedulerTarget, plain: readonly UsableDevice[], oneDeviceOnly: boolean): Way[] {
  const single = bestSingle(devicesOfGroups(target.groups));
  if (plain.length === 0 || single === null) return [];
  const ways: Way[] = [
    ['plain', plain],
    ['main-gpu', [single]],
    ['spread', target.groups[0] ?? []],
  ];
  const allowed = ways.filter(([, devices]) => !oneDeviceOnly || devices.length === 1);
  return allowed.filter(([, devices], index) => allowed.findIndex((way) => sameDevices(way[1], devices)) === index);
}

function sameDevices(a: readonly UsableDevice[], b: readonly UsableDevice[]): boolean {
  return a.length === b.length && a.every(({ id }, index) => id === b[index]?.id);
}

function slot(how: DeviceSetKind, devices: readonly UsableDevice[], extras: ExtraLoads, platform: Platform): DeviceSet {
  const projector = projectorHome(extras.projectorBytes, devices);
  const { fitTargetBytes, projectorScratchBytes: scratchBytes } = extras;
  const setting = { platform, fitTargetBytes, scratchBytes };
  const margins = marginsFor(extras.projectorBytes, projector, devices.length, setting);
  const slots = devices.map((device, index) => ({ device, marginBytes: margins[index]?.marginBytes ?? 0 }));
  return { slots, how, projector };
}

/** Whether all devices are of one kind and library, so that it does not matter which of them `main_gpu` 0 means. */
export function areAlike({ groups }: Pick<SchedulerTarget, 'groups'>): boolean {
  const [first, ...others] = devicesOfGroups(groups);
  return others.every(({ name, backend }) => name === first?.name && backend === first.backend);
}

/**
 * The target with the one device that main_gpu means: it counts within each library, and of those with that number the preferred one is taken.
 * Unchanged where no device has it. Source: ollama server/sched.go, bestExplicitMainGPU.
 */
export function onMainGpu(target: SchedulerTarget, mainGpu: number): SchedulerTarget {
  const device = bestSingle(target.groups.flatMap((group) => group[mainGpu] ?? []));
  return device === null ? target : { ...target, groups: [[device]] };
}
