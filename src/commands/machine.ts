import type { KnownPlatform } from '../data/ids.ts';
import { limits } from '../limits.ts';
import type { Machine } from '../machine/types.ts';
import { decodeText } from '../system/text.ts';
import { probeThisMachine } from '../this-machine/probe.ts';
import type { RamUse } from '../this-machine/ram-timer.ts';
import type { Io } from './io.ts';

/** Where the machine to answer for comes from; nothing set: this computer. */
export interface MachineOptions {
  /** A machine file (doctor's JSON), `-` for standard input. */
  machine?: string;
  /** A device of the table: `RTX 4090`, `2x RTX 3090`, `M3 Max 64GB`. */
  gpu?: string;
  vramBytes?: number;
  ramBytes?: number;
  os?: KnownPlatform;
  /** Of the RAM, bytes per second. */
  ramBandwidthBytesPerSecond?: number;
  /** Its source, for display: `DDR5-5600, assumed 2 channels`. */
  ramBandwidthFrom?: string;
  /** true: time the RAM again; false: never; absent: if it matters and is not remembered. */
  measure?: boolean;
}

/** The machine to answer for: read from a file, built from the table, or this computer with its Ollama server. */
export async function findMachine(options: MachineOptions, io: Io): Promise<Machine> {
  const base = await baseMachine(options, io);
  if (!isMadeUp(options)) return base;
  const { hypotheticalMachine } = await import('../machine/hypothetical/index.ts');
  const { gpu, vramBytes, ramBytes, ramBandwidthBytesPerSecond, ramBandwidthFrom, os } = options;
  const hypothetical = {
    ...(gpu !== undefined && { gpu }),
    ...(vramBytes !== undefined && { vramBytes }),
    ...(ramBytes !== undefined && { ramBytes }),
    ...(ramBandwidthBytesPerSecond !== undefined && { ramBandwidthBytesPerSecond }),
    ...(ramBandwidthFrom !== undefined && { ramBandwidthFrom }),
    ...(os !== undefined && { platform: os }),
  };
  return hypotheticalMachine(hypothetical, base);
}

/** Whether the answer is for the computer this runs on. */
export function isThisMachine(options: MachineOptions): boolean {
  return options.machine === undefined && !isMadeUp(options);
}

function isMadeUp({ gpu, vramBytes, ramBytes, ramBandwidthBytesPerSecond, os }: MachineOptions): boolean {
  return [gpu, vramBytes, ramBytes, ramBandwidthBytesPerSecond, os].some((stated) => stated !== undefined);
}

async function baseMachine(options: MachineOptions, io: Io): Promise<Machine> {
  if (options.machine !== undefined) {
    const { parseMachineFile } = await import('../machine/file.ts');
    const name = options.machine === '-' ? 'Standard input' : options.machine;
    return parseMachineFile(await readText(options.machine, io), name);
  }
  return probeThisMachine(io, ramUseOf(options));
}

/** A hypothetical machine based on this one keeps its RAM and the remembered figure, unless the RAM is stated. */
function ramUseOf(options: MachineOptions): RamUse {
  if (!isMadeUp(options)) return options.measure === true ? 'anew' : options.measure === false ? 'remembered' : 'once';
  const { ramBytes, ramBandwidthBytesPerSecond, os } = options;
  const hasOtherRam = [ramBytes, ramBandwidthBytesPerSecond, os].some((stated) => stated !== undefined);
  return hasOtherRam ? 'never' : 'remembered';
}

/** Text of a machine file, or of standard input for `-`. Throws FitError `bad-file`. */
export async function readText(path: string, io: Pick<Io, 'stdin'>): Promise<string> {
  const { readNamedFile, readStream } = await import('../system/read-file.ts');
  const { bytes } = limits.machineFile;
  return decodeText(
    path === '-' ? await readStream(io.stdin, 'standard input', bytes) : await readNamedFile(path, bytes),
  );
}
