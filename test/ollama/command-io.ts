import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { InterruptSource } from '../../src/commands/interrupt.ts';
import type { Io, Terminal } from '../../src/commands/io.ts';
import { realSystem } from '../../src/system/system.ts';

const noSpace = (_chunk: unknown, _encoding: unknown, done: (error: Error) => void) =>
  done(Object.assign(new Error('no space left on device'), { code: 'ENOSPC', syscall: 'write' }));

/** Streams, surroundings and Ctrl-C of a command under test, with what it wrote. */
export async function commandIo(
  host: string,
  { tty = false, typed = '', full = false, env = {} as Record<string, string> } = {},
) {
  const home = await mkdtemp(join(tmpdir(), 'gemma-fit-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const stdin = new PassThrough() as PassThrough & { isTTY?: boolean };
  const stdout = new PassThrough(full ? { write: noSpace } : {}) as PassThrough & Terminal;
  const stderr = new PassThrough() as PassThrough & Terminal;
  stdin.isTTY = tty;
  stderr.isTTY = tty;
  if (typed !== '') stdin.write(typed);
  const written = { stdout: '', stderr: '' };
  stdout.on('data', (chunk) => {
    written.stdout += String(chunk);
  });
  stderr.on('data', (chunk) => {
    written.stderr += String(chunk);
  });
  const surroundings = { PATH: '', OLLAMA_HOST: host, XDG_STATE_HOME: home, OLLAMA_MODELS: join(home, 'none'), ...env };
  const system = { ...realSystem(surroundings), homeDir: home, platform: 'linux' as const };
  const io: Io = { stdin, stdout, stderr, env: surroundings, system, now: () => 1_795_000_000_000 };
  let listener = () => {};
  let left = false;
  const interrupts: InterruptSource = {
    on(l) {
      listener = l;
      return () => {};
    },
    leave: () => {
      left = true;
    },
  };
  return {
    io,
    interrupts,
    interrupt: () => listener(),
    left: () => left,
    out: () => written.stdout,
    err: () => written.stderr,
    home,
  };
}
