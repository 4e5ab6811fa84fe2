import { constants } from 'node:fs';
import { access, type FileHandle, open, readdir, readlink, statfs } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { limits } from '../limits.ts';
import type { RunOptions, RunResult } from './run-program.ts';

export type { RunOptions, RunResult } from './run-program.ts';

/** The only access to the machine: everything a probe may ask. Tests pass another one. */
export interface System {
  platform: NodeJS.Platform;
  arch: string;
  /** Kernel release, e.g. `6.8.0` or `25.1.0` (Darwin). */
  release: string;
  env: Readonly<Record<string, string | undefined>>;
  homeDir: string | null;
  totalMemoryBytes: number;
  freeMemoryBytes: number;
  parallelism: number;
  cpuModel: string | null;
  /** Names to hide in reports. */
  hostName: string;
  userName: string | null;
  run(program: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Text of a file (at most maxBytes, default 1 MiB, from its start or its end), null when it cannot be read. Paths of the system obey GEMMA_FIT_SYSROOT. */
  read(path: string, maxBytes?: number, from?: 'start' | 'end'): Promise<string | null>;
  /** Names in a folder, sorted; empty when it cannot be read. */
  list(path: string): Promise<string[]>;
  exists(path: string): Promise<boolean>;
  link(path: string): Promise<string | null>;
  /** Space of the file system that holds an existing path, bytes. */
  space(path: string): Promise<{ totalBytes: number; freeBytes: number; typeId: number } | null>;
}

/** This computer. */
export function realSystem(env: Readonly<Record<string, string | undefined>> = process.env): System {
  const place = (path: string) => underSysroot(path, env.GEMMA_FIT_SYSROOT);
  return {
    platform: process.platform,
    arch: process.arch,
    release: os.release(),
    env,
    homeDir: attempt(() => os.homedir()),
    totalMemoryBytes: os.totalmem(),
    freeMemoryBytes: os.freemem(),
    parallelism: os.availableParallelism(),
    cpuModel: os.cpus()[0]?.model?.trim() || null,
    hostName: os.hostname(),
    userName: attempt(() => os.userInfo().username),
    // Not loaded by a command that starts nothing.
    run: async (program, args, options) =>
      (await import('./run-program.ts')).runProgram(program, args, { ...options }, env),
    read: (path, maxBytes, from) => readText(place(path), maxBytes, from),
    list: async (path) => (await readdir(place(path)).catch(() => [])).sort(),
    exists: (path) =>
      access(place(path)).then(
        () => true,
        () => false,
      ),
    link: (path) => readlink(place(path)).catch(() => null),
    space: (path) => spaceOf(place(path)),
  };
}

/**
 * GEMMA_FIT_SYSROOT is a prefix for what the kernel and the system's configuration say (/proc, /sys, /etc, and what goes with them: /run,
 * /dev, /.dockerenv): programs and the models folder stay where they are.
 */
function underSysroot(path: string, sysroot: string | undefined): string {
  return sysroot && /^\/(proc|sys|etc|run|dev|\.dockerenv)(\/|$)/.test(path) ? join(sysroot, path) : path;
}

/** Reads no further than maxBytes, and does not wait for a writer: a pipe in place of a file reads as empty. */
async function readText(
  path: string,
  maxBytes: number = limits.systemFileBytes,
  from = 'start',
): Promise<string | null> {
  try {
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const skippedBytes = from === 'end' ? Math.max(0, (await file.stat()).size - maxBytes) : 0;
      return await readFrom(file, skippedBytes, maxBytes);
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

/** /proc and /sys give their text in pieces and no size beforehand. */
async function readFrom(file: FileHandle, skippedBytes: number, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  for (let size = 0; size < maxBytes; ) {
    const chunk = Buffer.alloc(Math.min(64 * 1024, maxBytes - size));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, skippedBytes > 0 ? skippedBytes + size : null);
    if (bytesRead === 0) break;
    chunks.push(chunk.subarray(0, bytesRead));
    size += bytesRead;
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function spaceOf(path: string) {
  try {
    const s = await statfs(path);
    return { totalBytes: s.blocks * s.bsize, freeBytes: s.bavail * s.bsize, typeId: s.type };
  } catch {
    return null;
  }
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
