import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { limits } from '../limits.ts';
import { cleanText } from '../text.ts';
import { endWithParent, isStopping, kill } from './children.ts';
import { timeoutInCpuTime } from './cpu-time-timeout.ts';
import { decodeText } from './text.ts';

/** How a program ended. Every kind is an answer: nothing here throws. */
export type RunResult =
  | { kind: 'done'; exitCode: number | null; stdout: string; stderr: string; truncated: boolean }
  | { kind: 'missing' }
  | { kind: 'timeout'; timeoutMs: number }
  | { kind: 'failed'; detail: string };

export interface RunOptions {
  /** Soft limit in ms (cpu-time-timeout.ts); the process is killed with SIGKILL and let go. Default 5000. */
  timeoutMs?: number;
  /** Bytes of stdout and of stderr that are kept. Default 4 MiB. */
  maxBytes?: number;
  env?: Record<string, string>;
  /** Places to look in when PATH has no such program. */
  places?: readonly string[];
}

/** After the program has ended, pipes that its children still hold open are waited for no longer than this. */
const lingerMs = 200;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Runs a program without a shell, with a time limit and a size limit. Looks on PATH first, then in the known places, never in the current
 * folder. Every outcome is a value; nothing is thrown and nothing is left running.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions,
  env: Env,
): Promise<RunResult> {
  const file = await locate(program, options.places ?? [], env);
  if (file === null || isStopping()) return { kind: 'missing' };
  const { timeoutMs = limits.program.timeoutMs, maxBytes = limits.program.outputBytes } = options;
  return new Promise((resolve) => {
    const child = start(file, args, { ...env, LC_ALL: 'C', ...options.env });
    if (child instanceof Error) return resolve({ kind: 'failed', detail: cleanText(child.message) });
    const out = collect(child, 'stdout', maxBytes);
    const err = collect(child, 'stderr', maxBytes);
    const waits: (() => void)[] = [];
    let ended = false;
    const end = (result: RunResult) => {
      ended = true;
      for (const stop of waits) stop();
      resolve(result);
    };
    const done = (exitCode: number | null) => {
      end({ kind: 'done', exitCode, stdout: out.text(), stderr: err.text(), truncated: out.cut() || err.cut() });
    };
    waits.push(
      timeoutInCpuTime(timeoutMs, () => {
        letGo(child);
        end({ kind: 'timeout', timeoutMs });
      }),
    );
    child.on('error', (error) => end({ kind: 'failed', detail: cleanText(error.message) }));
    child.on('close', (exitCode) => done(exitCode));
    child.on('exit', (exitCode) => {
      if (ended) return;
      waits.push(
        timeoutInCpuTime(lingerMs, () => {
          letGo(child);
          done(exitCode);
        }),
      );
    });
  });
}

/**
 * On POSIX in a process group of its own, so that what the program started can be ended with it. In a fixed folder: neither the program
 * nor what it starts finds anything in the one that the person stands in.
 */
function start(file: string, args: readonly string[], env: Env): ChildProcess | Error {
  try {
    const detached = process.platform !== 'win32';
    const cwd = fixedFolder(env);
    const child = spawn(file, args, {
      cwd,
      env: withoutHere(env),
      detached,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    endWithParent(child);
    return child;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function fixedFolder({ SystemRoot }: Env): string | undefined {
  if (process.platform !== 'win32') return '/';
  return SystemRoot && isAbsolute(SystemRoot) ? join(SystemRoot, 'System32') : undefined;
}

/** The environment with the absolute folders of PATH alone; and on Windows without the search in the current folder. */
function withoutHere(env: Env): Env {
  const entries = Object.entries(env).map(([name, value]) =>
    /^path$/i.test(name) && value !== undefined
      ? [name, value.split(delimiter).filter(isAbsolute).join(delimiter)]
      : [name, value],
  );
  return { ...Object.fromEntries(entries), NoDefaultCurrentDirectoryInExePath: '1' };
}

/** A process stuck in the kernel cannot be killed: close our ends and go on without it. */
function letGo(child: ChildProcess): void {
  kill(child);
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
    if (chunk.length > room && !cut) {
      cut = true;
      letGo(child);
    }
    if (room > 0) chunks.push(chunk.subarray(0, room));
    size += Math.min(chunk.length, Math.max(room, 0));
  });
  return { text: () => decodeText(Buffer.concat(chunks)), cut: () => cut };
}

/** How a program ended that had the terminal; code null: by a signal. */
export type InteractiveEnd = { kind: 'ended'; code: number | null } | { kind: 'missing' };

/** Runs a program with this terminal as its own, without a shell and without a time limit; Ctrl-C is for it alone. */
export async function runInteractive(program: string, args: readonly string[], env: Env): Promise<InteractiveEnd> {
  const file = await locate(program, [], env);
  if (file === null) return { kind: 'missing' };
  const ignore = () => {};
  process.on('SIGINT', ignore);
  return new Promise<InteractiveEnd>((resolve) => {
    const child = spawn(file, [...args], { stdio: 'inherit', env, shell: false });
    child.once('error', () => resolve({ kind: 'missing' }));
    child.once('exit', (code) => resolve({ kind: 'ended', code }));
  }).finally(() => process.off('SIGINT', ignore));
}

async function locate(program: string, places: readonly string[], env: Env): Promise<string | null> {
  if (isAbsolute(program)) return firstExecutable([program]);
  const windows = process.platform === 'win32';
  const name = windows && !/\.exe$/i.test(program) ? `${program}.exe` : program;
  const path = env.PATH ?? env.Path ?? '';
  const folders = [...path.split(delimiter).filter(isAbsolute), ...places.filter(isAbsolute)];
  return firstExecutable(folders.map((folder) => join(folder, name)));
}

async function firstExecutable(paths: string[]): Promise<string | null> {
  const mode = process.platform === 'win32' ? constants.F_OK : constants.X_OK;
  for (const path of paths) {
    const there = await access(path, mode).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return null;
}
