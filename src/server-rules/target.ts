import { type EngineChoice, engineOfOllama } from '../data/engines.ts';
import type { Runtime } from '../data/ids.ts';
import { isKnownVersion, runtimeDefaults } from '../data/tables.ts';
import type { Machine, Platform } from '../machine/types.ts';
import type { SpeedHost } from '../model/speed/types.ts';
import { groupsOf, heldInRam, knownDevices, type UnclearDevice, type UsableDevice, unclearDevices } from './devices.ts';
import { serviceSettingsOf } from './service-settings.ts';

/** Which server is answered for. */
export interface ServerChoice {
  /** Default: Ollama. */
  runtime?: Runtime;
  /** null: the one that answered, else the newest known. */
  ollamaVersion: string | null;
}

/** A machine as the scheduler sees it: the devices that may take a model, and their free memory. */
export interface SchedulerTarget extends ServerChoice {
  runtime: Runtime;
  platform: Platform;
  appleSilicon: boolean;
  /** Of macOS, where it is known. */
  macosVersion?: string;
  /** Without Ollama the newest known one: what came with a version is there. */
  ollamaVersion: string;
  /** The llama.cpp in it. */
  engine: EngineChoice;
  /** By library, best first. */
  groups: UsableDevice[][];
  /** What the server has, and since when. */
  installed: NonNullable<Machine['ollama']>['installed'];
  unclear: UnclearDevice[];
  /** RAM that a new process may take, bytes; null: not known. */
  hostAvailableBytes: number | null;
  hostTotalBytes: number | null;
  /** The CPU and its RAM, as far as speed depends on them. */
  host: SpeedHost;
  /** OLLAMA_SCHED_SPREAD on the server: a whole group is handed over even where one device would do. */
  spread?: boolean;
  /** LLAMA_ARG_FIT_TARGET of the server, bytes; absent: Ollama's own. */
  fitTargetBytes?: number;
  /** OLLAMA_FLASH_ATTENTION=0 on the server. */
  flashAttention?: false;
  /** OLLAMA_CONTEXT_LENGTH on the server, tokens; absent: by the memory of the devices. */
  defaultContextTokens?: number;
}

/**
 * What the advice needs of a machine.
 * @param ollamaVersion version to answer for; null: the server that answered, else the newest known
 */
export function toSchedulerTarget(machine: Machine, ollamaVersion: string | null = null): SchedulerTarget {
  const version = knownVersion(ollamaVersion ?? machine.ollama?.version ?? null);
  return {
    runtime: 'ollama',
    platform: machine.os.platform,
    appleSilicon: machine.os.platform === 'darwin' && machine.os.arch === 'arm64',
    ...macosOf(machine),
    ollamaVersion: version,
    engine: engineOfOllama(version),
    groups: groupsOf(knownDevices(machine)),
    installed: machine.ollama?.installed ?? [],
    unclear: unclearDevices(machine),
    hostAvailableBytes: availableOf(machine),
    hostTotalBytes: machine.memory.totalBytes,
    host: hostOf(machine),
    ...toldOf(machine),
  };
}

function macosOf({ os }: Machine): Pick<SchedulerTarget, 'macosVersion'> {
  return os.platform === 'darwin' && os.version !== null ? { macosVersion: os.version } : {};
}

/** Settings of the service that hold for every load. */
function toldOf(machine: Machine): Pick<SchedulerTarget, 'fitTargetBytes' | 'flashAttention' | 'defaultContextTokens'> {
  const { fitTargetBytes, flashAttention, contextTokens } = serviceSettingsOf(machine);
  return {
    ...(fitTargetBytes !== undefined && { fitTargetBytes }),
    ...(flashAttention !== undefined && { flashAttention }),
    ...(contextTokens !== undefined && { defaultContextTokens: contextTokens }),
  };
}

function hostOf({ cpu, memory }: Machine): SpeedHost {
  return {
    bandwidthBytesPerSecond: memory.bandwidthBytesPerSecond,
    bandwidthBasis: memory.bandwidthBasis ?? 'nominal',
    features: cpu.flags,
    brand: cpu.brand,
    cores: cpu.quotaCores === null ? cpu.physicalCores : Math.min(cpu.quotaCores, cpu.physicalCores ?? cpu.quotaCores),
    sockets: cpu.sockets ?? null,
  };
}

/** A development build (0.0.0) is taken as the newest known. */
function knownVersion(version: string | null): string {
  return isKnownVersion(version) ? version : runtimeDefaults.newestKnownOllama;
}

/** RAM that a new model may take: what is available, and what Ollama gives back by unloading the models it holds. */
function availableOf(machine: Machine): number | null {
  const { availableBytes, limitBytes, totalBytes } = machine.memory;
  if (availableBytes === null) return null;
  const most = limitBytes ?? totalBytes ?? availableBytes;
  return Math.max(availableBytes, Math.min(availableBytes + heldInRam(machine), most));
}
