import { PassThrough, Writable } from 'node:stream';
import { main } from '../../src/cli.ts';
import type { Io, Terminal } from '../../src/commands/io.ts';
import type { System } from '../../src/system/system.ts';
import { fakeSystem, replay } from '../machine/replay.ts';
import type { Transcript } from './commands.ts';

/** A day after the tables were written, so that their age is always told the same. */
const now = Date.UTC(2026, 10, 25);
/** Nothing listens there. */
const noServer = 'http://127.0.0.1:9';

function collect(): Terminal & { text: () => string } {
  let said = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      said += String(chunk);
      done();
    },
  });
  return Object.assign(stream, { text: () => said });
}

/** Words of a command line; double quotes hold a word with spaces together. */
export function splitCommand(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** How a run ended: its exit code and everything that it wrote. */
export interface Said {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the command line in this process, as the bin would in its own; a computer that tells nothing is asked unless a system is given. */
export async function runHere(
  args: readonly string[],
  { env = {}, stdin = '', system }: { env?: Io['env']; stdin?: string; system?: System } = {},
): Promise<Said> {
  const surroundings = { OLLAMA_HOST: noServer, ...env };
  const [stdout, stderr] = [collect(), collect()];
  const input = new PassThrough();
  input.end(stdin);
  const asked = system ?? fakeSystem({ files: {}, env: surroundings });
  const io: Io = { stdin: input, stdout, stderr, env: surroundings, system: asked, now: () => now };
  const code = await main(['node', 'gemma-fit', ...args], io);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** Runs a command and writes down what a person sees: output, then what stands on stderr, then the exit code. */
export async function record({ command, machine, env = {}, stdin = '' }: Transcript): Promise<string> {
  const system = machine === null ? {} : { system: replay(machine) };
  const said = await runHere(splitCommand(command), { env: { COLUMNS: '80', ...env }, stdin, ...system });
  const about = machine === null ? [] : [`On test/machines/${machine}.`, ''];
  const shown = Object.entries(env).map(([name, value]) => `${name}=${value} `);
  return [
    ...about,
    `    $ ${shown.join('')}gemma-fit ${command}`.trimEnd(),
    '',
    ...block(said.stdout),
    ...(said.stderr === '' ? [] : ['On stderr:', '', ...block(said.stderr)]),
    `Exit code: ${said.code}`,
    '',
  ].join('\n');
}

/** What a command prints on stdout where no server answers and nothing is known of the machine. */
export async function outputOf(command: string): Promise<string> {
  return (await runHere(splitCommand(command))).stdout;
}

function block(text: string): string[] {
  return text === '' ? [] : ['```text', text.trimEnd(), '```', ''];
}
