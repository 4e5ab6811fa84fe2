import { join } from 'node:path';
import { limits } from '../../../limits.ts';
import { writeFileAtomic } from '../../../system/atomic-write.ts';
import { jsonOrNull } from '../../../system/json.ts';
import { makeOwnFolder, ownFolder } from '../../../system/own-folder.ts';
import { readNamedFile } from '../../../system/read-file.ts';
import { isBelievable, type RamReading } from './ram-benchmark.ts';
import type { RamQuestion } from './ram-question.ts';

/** A measurement of one machine. */
export interface RememberedRam extends RamReading {
  key: string;
  /** Day, as 2026-11-26. */
  day: string;
}

/** Most measurements kept, for a home folder that many computers share; the newest stay. */
const mostMachines = 32;

/** Identifies a machine by its RAM: CPU or board, size, and number of threads. No host name and no serials. */
export function ramKey({ cpu, memory }: Pick<RamQuestion, 'cpu' | 'memory'>, threads: number): string {
  const size = memory.totalBytes === null ? 'size unknown' : `${Math.round(memory.totalBytes / 2 ** 30)} GiB`;
  return [cpu.brand ?? 'cpu', `${cpu.sockets ?? 1} sockets`, size, `${threads} threads`].join(', ').toLowerCase();
}

/** The measurement of that machine; null where there is none, or the folder is not this user's alone. Never throws. */
export async function readRememberedRam(folder: string | null, key: string): Promise<RememberedRam | null> {
  return (await readAll(folder)).find((one) => one.key === key) ?? null;
}

/** Replaces the remembered measurement; if the folder cannot be written, the RAM is timed again next time. */
export async function rememberRam(folder: string | null, reading: RememberedRam): Promise<void> {
  if (folder === null) return;
  const others = (await readAll(folder)).filter(({ key }) => key !== reading.key);
  const machines = [reading, ...others].slice(0, mostMachines);
  try {
    if (makeOwnFolder(folder) === null) return;
    await writeFileAtomic(fileIn(folder), `${JSON.stringify({ kind, machines }, null, 2)}\n`);
  } catch {
    return;
  }
}

const kind = 'gemma-fit-ram';
const fileIn = (folder: string) => join(folder, 'ram.json');

async function readAll(folder: string | null): Promise<RememberedRam[]> {
  if (folder === null || ownFolder(folder) === null) return [];
  const text = await readNamedFile(fileIn(folder), limits.stateFileBytes).then(String, () => '');
  const file = jsonOrNull(text, limits.machineFile) as { kind?: unknown; machines?: unknown } | null;
  if (file?.kind !== kind || !Array.isArray(file.machines)) return [];
  return file.machines.slice(0, mostMachines).filter(isRemembered);
}

function isRemembered(value: unknown): value is RememberedRam {
  const { key, day, bytesPerSecond, middleBytesPerSecond, threads, processorShare } = (value ?? {}) as Record<
    string,
    unknown
  >;
  return (
    typeof key === 'string' &&
    typeof day === 'string' &&
    /^\d{4}-\d\d-\d\d$/.test(day) &&
    typeof bytesPerSecond === 'number' &&
    isBelievable(bytesPerSecond) &&
    typeof middleBytesPerSecond === 'number' &&
    middleBytesPerSecond > 0 &&
    middleBytesPerSecond <= bytesPerSecond &&
    Number.isSafeInteger(threads) &&
    typeof processorShare === 'number'
  );
}
