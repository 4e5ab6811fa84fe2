import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/bundle.mjs';
import { writeProgram } from '../tools/program.ts';

/** The program as it ships, in a folder of its own, and a home beside it. */
export interface Built {
  folder: string;
  bin: string;
  home: string;
  /** Hosts that were asked for though they are not this computer, so far. */
  trespasses(): Promise<string[]>;
  remove(): Promise<void>;
}

/** Puts bin and dist into a new folder; `name` is its last part. */
export async function buildProgram(name = 'gemma-fit-test'): Promise<Built> {
  const parent = await mkdtemp(join(tmpdir(), 'gemma-fit-'));
  const folder = join(parent, name);
  await writeProgram(folder);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const trespass = join(parent, 'trespass.txt');
  await writeFile(trespass, '');
  return {
    folder,
    bin: join(folder, 'bin/gemma-fit.js'),
    home: parent,
    trespasses: async () => (await readFile(trespass, 'utf8')).split('\n').filter(Boolean),
    remove: () => rm(parent, { recursive: true, force: true }),
  };
}

export interface RunOptions {
  /** Added to a minimal environment; undefined removes a variable. */
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Arguments of node itself. */
  node?: string[];
  stdio?: StdioOptions;
  /** Called when the child has started: to close its pipes, to kill it. */
  during?: (child: ChildProcess) => void;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Nothing listens there. */
export const noServer = '127.0.0.1:9';
/** The same machine wherever the test runs. */
export const someMachine = ['--os', 'linux', '--gpu', 'RTX 4090', '--ram', '64GiB'];

/** Runs the built program with only this computer to talk to. */
export function run(built: Built, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { env = {}, cwd = built.home, node = [], stdio = ['ignore', 'pipe', 'pipe'], during } = options;
  const preload = ['--require', join(root, 'test/faults/only-loopback.cjs')];
  const child = spawn(process.execPath, [...preload, ...node, built.bin, ...args], {
    cwd,
    stdio,
    env: {
      PATH: process.env.PATH,
      HOME: built.home,
      OLLAMA_HOST: noServer,
      GEMMA_FIT_TEST_TRESPASS: join(built.home, 'trespass.txt'),
      ...env,
    },
  });
  const ended: Ended = { code: null, signal: null, stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    ended.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    ended.stderr += text;
  });
  during?.(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ ...ended, code, signal }));
  });
}
