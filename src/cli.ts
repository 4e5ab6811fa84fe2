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

/** `help terms` is `explain terms`: what is no command has no help of its own. */
function withoutHelpTopic(argv: readonly string[]): string[] {
  return argv[2] === 'help' && argv[3] === 'terms' ? [...argv.slice(0, 2), 'explain', ...argv.slice(3)] : [...argv];
}

/** Tells of an error that nobody caught; resolves to the exit code. */
export async function crashed(error: unknown, argv: readonly string[]): Promise<number> {
  return reportFailure(error, processIo(), globalFlags(argv));
}

/** What a failure needs to know even when the options could not be read. */
function globalFlags(argv: readonly string[]): { json: boolean; debug: boolean } {
  const has = (flag: string) => argv.includes(flag);
  const format = argv.some((arg, i) => arg === '--format=json' || (arg === '--format' && argv[i + 1] === 'json'));
  return { json: has('--json') || format, debug: has('--debug') || has('-d') };
}

function processIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  const io = { stdin, stdout, stderr, env, system: realSystem(env), now: Date.now };
  // With another computer's files in place of this one's, a measurement would be of the wrong one.
  return env.GEMMA_FIT_SYSROOT ? io : { ...io, measureRam };
}

/** Loaded only when it is used: worker threads have no place in an ordinary start. */
const measureRam: typeof measureRamBandwidth = async (...args) =>
  (await import('./machine/host/memory/ram-benchmark.ts')).measureRamBandwidth(...args);
