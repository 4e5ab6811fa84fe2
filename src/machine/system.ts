import { type ChildProcess, spawn } from 'node:child_process';
import { access, readdir, readFile, readlink, statfs } from 'node:fs/promises';
import os from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** How a program ended. Every kind is an answer: nothing here throws. */
export type RunResult =
  | { kind: 'done'; exitCode: number | null; stdout: string; stderr: string; truncated: boolean }
  | { kind: 'missing' }
  | { kind: 'timeout'; timeoutMs: number }
  | { kind: 'failed'; detail: string };

export interface RunOptions {
  /** Soft limit in ms; the process is killed with SIGKILL and let go. Default 5000. */
  timeoutMs?: number;
  /** Bytes of stdout and of stderr that are kept. Default 4 MiB. */
  maxBytes?: number;
  env?: Record<string, string>;
  /** Places to look in when PATH has no such program. */
  places?: readonly string[];
}

/** The one door to the machine: everything a probe may ask. Tests hand in another one. */
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
  /** Text of a file (at most maxBytes, default 1 MiB), null when it cannot be read. /proc, /sys and /etc obey GEMMA_FIT_SYSROOT. */
  read(path: string, maxBytes?: number): Promise<string | null>;
  /** Names in a folder, sorted; empty when it cannot be read. */
  list(path: string): Promise<string[]>;
  exists(path: string): Promise<boolean>;
  link(path: string): Promise<string | null>;
  /** Space of the file system that holds an existing path, bytes. */
  space(path: string): Promise<{ totalBytes: number; freeBytes: number; typeId: number } | null>;
}

const defaultTimeoutMs = 5000;
const defaultMaxBytes = 4 * 1024 * 1024;

/** This computer. */
export function realSystem(env: Readonly<Record<string, string | undefined>> = process.env): System {
  const place = (path: string) => underSysroot(path, env['GEMMA_FIT_SYSROOT']);
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
    run: (program, args, options) => runProgram(program, args, { ...options }, env),
    read: (path, maxBytes) => readText(place(path), maxBytes),
    list: async (path) => (await readdir(place(path)).catch(() => [])).sort(),
    exists: async (path) => (await findReadable([place(path)])) !== null,
    link: (path) => readlink(place(path)).catch(() => null),
    space: (path) => spaceOf(place(path)),
  };
}

/** GEMMA_FIT_SYSROOT is a prefix for /proc, /sys and /etc only: programs and the models folder stay where they are. */
function underSysroot(path: string, sysroot: string | undefined): string {
  return sysroot && /^\/(proc|sys|etc|run)(\/|$)/.test(path) ? join(sysroot, path) : path;
}

async function readText(path: string, maxBytes = 1024 * 1024): Promise<string | null> {
  try {
    const bytes = await readFile(path, { signal: AbortSignal.timeout(defaultTimeoutMs) });
    return bytes.subarray(0, maxBytes).toString('utf8');
  } catch {
    return null;
  }
}

async function spaceOf(path: string) {
  try {
    const s = await statfs(path);
    return { totalBytes: s.blocks * s.bsize, freeBytes: s.bavail * s.bsize, typeId: s.type };
  } catch {
    return null;
  }
}

async function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunResult> {
  const file = await locate(program, options.places ?? [], env);
  if (file === null) return { kind: 'missing' };
  const { timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes } = options;
  return new Promise((resolve) => {
    const child = start(file, args, { ...env, LC_ALL: 'C', ...options.env });
    if (child instanceof Error) return resolve({ kind: 'failed', detail: child.message });
    const out = collect(child, 'stdout', maxBytes);
    const err = collect(child, 'stderr', maxBytes);
    const timer = setTimeout(() => {
      letGo(child);
      resolve({ kind: 'timeout', timeoutMs });
    }, timeoutMs);
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ kind: 'failed', detail: stripVTControlCharacters(error.message) });
    });
    child.on('close', (exitCode) => {
      clearTimeout(timer);
      resolve({ kind: 'done', exitCode, stdout: out.text(), stderr: err.text(), truncated: out.cut() || err.cut() });
    });
  });
}

function start(file: string, args: readonly string[], env: Record<string, string | undefined>): ChildProcess | Error {
  try {
    return spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** A process stuck in the kernel cannot be killed: close our ends and go on without it. */
function letGo(child: ChildProcess): void {
  child.kill('SIGKILL');
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

function collect(child: ChildProcess, name: 'stdout' | 'stderr', maxBytes: number) {
  const chunks: Buffer[] = [];
  let size = 0;
  let cut = false;
  child[name]?.on('data', (chunk: Buffer) => {
    const room = maxBytes - size;
    if (chunk.length > room) {
      cut = true;
      letGo(child);
    }
    if (room > 0) chunks.push(chunk.subarray(0, room));
    size += Math.min(chunk.length, Math.max(room, 0));
  });
  return { text: () => decode(Buffer.concat(chunks)), cut: () => cut };
}

/** Windows tools speak UTF-16 now and then; everything else is taken as UTF-8, bad bytes replaced. */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
  return bytes.toString('utf8');
}

/** PATH first, then the known places; never the current folder. */
async function locate(
  program: string,
  places: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  if (isAbsolute(program)) return findReadable([program]);
  const names = process.platform === 'win32' ? [`${program}.exe`] : [program];
  const path = env['PATH'] ?? env['Path'] ?? '';
  const folders = [...path.split(delimiter).filter(isAbsolute), ...places];
  return findReadable(folders.flatMap((folder) => names.map((name) => join(folder, name))));
}

async function findReadable(paths: string[]): Promise<string | null> {
  for (const path of paths) {
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return null;
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
