import type { Platform } from '../machine/types.ts';
import { bestSingle, type Device, devicesOfGroups } from './devices.ts';
import { marginsFor } from './margin.ts';
import { type ProjectorHome, projectorHome } from './projector.ts';
import type { Preflight } from './scheduler.ts';
import type { Site } from './target.ts';

/** A device of one load; bytes. */
export interface Seat {
  device: Device;
  /** What has to stay free there. */
  marginBytes: number;
  /** Taken by what is not the text model (the draft model). */
  takenBytes: number;
}

/** How a load gets onto its devices: as Ollama does it unasked, or told to use one device, or told to spread. */
export type SeatingHow = 'plain' | 'main-gpu' | 'spread';

/** Devices of one load with what must stay free on each, and where the projector goes. */
export interface Seating {
  seats: Seat[];
  how: SeatingHow;
  projector: ProjectorHome;
}

export interface Extras {
  /** 0 when the build has none or none is wanted. */
  projectorBytes: number;
  /** Draft model, on the first device. */
  drafterBytes: number;
  /** LLAMA_ARG_FIT_TARGET on the server, bytes. */
  fitTargetBytes?: number;
  /** E2B and E4B fail on several devices (ollama issue 16506): they are kept on one. */
  oneDeviceOnly: boolean;
}

type Way = [SeatingHow, readonly Device[]];

/** Every way to seat a load here, Ollama's own first; empty without devices. */
export function seatingsOf(site: Site, { devices }: Pick<Preflight, 'devices'>, extras: Extras): Seating[] {
  return waysOf(site, devices, extras.oneDeviceOnly).map(([how, chosen]) => seat(how, chosen, extras, site.platform));
}

function waysOf(site: Site, plain: readonly Device[], oneDeviceOnly: boolean): Way[] {
  const single = bestSingle(devicesOfGroups(site.groups));
  if (plain.length === 0 || single === null) return [];
  const ways: Way[] = [
    ['plain', plain],
    ['main-gpu', [single]],
    ['spread', site.groups[0] ?? []],
  ];
  const allowed = ways.filter(([, devices]) => !oneDeviceOnly || devices.length === 1);
  return allowed.filter(([, devices], index) => allowed.findIndex((way) => sameDevices(way[1], devices)) === index);
}

function sameDevices(a: readonly Device[], b: readonly Device[]): boolean {
  return a.length === b.length && a.every(({ id }, index) => id === b[index]?.id);
}

function seat(how: SeatingHow, devices: readonly Device[], extras: Extras, platform: Platform): Seating {
  const projector = projectorHome(extras.projectorBytes, devices);
  const setting = { platform, fitTargetBytes: extras.fitTargetBytes };
  const margins = marginsFor(extras.projectorBytes, projector, devices.length, setting);
  const seats = devices.map((device, index) => ({
    device,
    marginBytes: margins[index]?.marginBytes ?? 0,
    takenBytes: index === 0 ? extras.drafterBytes : 0,
  }));
  return { seats, how, projector };
}
