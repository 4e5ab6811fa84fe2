import { limits } from '../limits.ts';
import type { Machine } from '../machine/types.ts';
import { decodeText } from '../system/text.ts';
import type { Io } from './io.ts';

/** Where the machine to answer for comes from; nothing set: this computer. */
export interface MachineOptions {
  /** A machine file (doctor's JSON), `-` for standard input. */
  machine?: string;
  /** A device of the table: `RTX 4090`, `2x RTX 3090`, `M3 Max 64GB`. */
  gpu?: string;
  vramBytes?: number;
  ramBytes?: number;
  os?: 'linux' | 'darwin' | 'win32';
  /** Copy memory for a moment to learn the RAM's bandwidth. */
  measure?: boolean;
}

/** The machine to answer for: read from a file, made up from the table, or this one, with the Ollama server that answers. */
export async function findMachine(options: MachineOptions, io: Io): Promise<Machine> {
  const base = await baseMachine(options, io);
  if (!isMadeUp(options)) return base;
  const { hypotheticalMachine } = await import('../machine/hypothetical/index.ts');
  const { gpu, vramBytes, ramBytes, os } = options;
  const hypothetical = {
    ...(gpu !== undefined && { gpu }),
    ...(vramBytes !== undefined && { vramBytes }),
    ...(ramBytes !== undefined && { ramBytes }),
    ...(os !== undefined && { platform: os }),
  };
  return hypotheticalMachine(hypothetical, base);
}

/** Whether the answer is for the computer this runs on. */
export function isThisMachine(options: MachineOptions): boolean {
  return options.machine === undefined && !isMadeUp(options);
}

function isMadeUp({ gpu, vramBytes, ramBytes, os }: MachineOptions): boolean {
  return gpu !== undefined || vramBytes !== undefined || ramBytes !== undefined || os !== undefined;
}

async function baseMachine(options: MachineOptions, io: Io): Promise<Machine> {
  if (options.machine !== undefined) {
    const { parseMachineFile } = await import('../machine/file.ts');
    return parseMachineFile(await readText(options.machine, io));
  }
  return probeThisMachine(io, options.measure ?? false);
}

/** Probes this computer and asks its Ollama server, at the same time. */
export async function probeThisMachine(io: Pick<Io, 'env' | 'system'>, measure = false): Promise<Machine> {
  const [{ probeMachine }, { inspectServer }] = await Promise.all([
    import('../machine/probe.ts'),
    import('../ollama/api/inspect.ts'),
  ]);
  const [machine, ollama] = await Promise.all([probeMachine(io.system, { measure }), inspectServer({ env: io.env })]);
  return { ...machine, ollama };
}

/** Text of a machine file, or of standard input for `-`. Throws FitError `bad-file`. */
export async function readText(path: string, io: Pick<Io, 'stdin'>): Promise<string> {
  const { readNamedFile, readStream } = await import('../system/read-file.ts');
  const { bytes } = limits.machineFile;
  return decodeText(
    path === '-' ? await readStream(io.stdin, 'standard input', bytes) : await readNamedFile(path, bytes),
  );
}
