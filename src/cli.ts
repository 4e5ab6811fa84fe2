import type { Command } from 'commander';
import { reportFailure } from './cli/failure.ts';
import { createProgram, type Help } from './cli/program.ts';
import type { Io } from './commands/io.ts';
import { exitCodes } from './exit.ts';
import type { measureRamBandwidth } from './machine/host/memory/ram-benchmark.ts';
import { realSystem } from './system/system.ts';
import { writeAll } from './terminal/output.ts';

export { compileCacheFolder } from './system/own-folder.ts';

/** Runs the command line and resolves to the exit code. Never throws. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  const run = { code: exitCodes.ok as number, command: 'check', ...globalFlags(argv) };
  const help: Help = { out: [], err: [] };
  const program: Command = createProgram(
    io,
    (exit) => {
      run.code = exitCodes[exit];
    },
    help,
  );
  run.command = program.commands.find((command) => command.name() === argv[2])?.name() ?? run.command;
  const attempt = async (work: () => Promise<unknown>): Promise<number> => {
    try {
      await work();
      return run.code;
    } catch (error) {
      return await reportFailure(error, io, run);
    }
  };
  run.code = await attempt(() => program.parseAsync(withoutHelpTopic(argv)));
  return attempt(async () => {
    await writeAll(io.stdout, help.out.join(''));
    await writeAll(io.stderr, help.err.join(''));
  });
}

/** `help terms` means `explain terms`: a word that is not a command has no help of its own. */
function withoutHelpTopic(argv: readonly string[]): string[] {
  return argv[2] === 'help' && argv[3] === 'terms' ? [...argv.slice(0, 2), 'explain', ...argv.slice(3)] : [...argv];
}

/** Reports an uncaught error; resolves to the exit code. */
export async function crashed(error: unknown, argv: readonly string[]): Promise<number> {
  return reportFailure(error, processIo(), globalFlags(argv));
}

/** What reporting a failure needs, even when the options could not be parsed. */
function globalFlags(argv: readonly string[]): { json: boolean; debug: boolean } {
  const has = (flag: string) => argv.includes(flag);
  const format = argv.some((arg, i) => arg === '--format=json' || (arg === '--format' && argv[i + 1] === 'json'));
  return { json: has('--json') || format, debug: has('--debug') || has('-d') };
}

function processIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  const io = { stdin, stdout, stderr, env, system: realSystem(env), now: Date.now };
  // With another computer's files (GEMMA_FIT_SYSROOT), a measurement here would be of the wrong one.
  return env.GEMMA_FIT_SYSROOT ? io : { ...io, measureRam };
}

/** Loaded on demand: an ordinary start needs no worker threads. */
const measureRam: typeof measureRamBandwidth = async (...args) =>
  (await import('./machine/host/memory/ram-benchmark.ts')).measureRamBandwidth(...args);
