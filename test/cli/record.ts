import { PassThrough, Writable } from 'node:stream';
import { main } from '../../src/cli.ts';
import type { Io, Terminal } from '../../src/commands/io.ts';
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

/** Runs a command as the bin would and writes down what a person sees: output, then what stands on stderr, then the exit code. */
export async function record({ command, machine, env = {}, stdin = '' }: Transcript): Promise<string> {
  const surroundings = { OLLAMA_HOST: noServer, COLUMNS: '80', ...env };
  const system = machine === null ? fakeSystem({ files: {}, env: surroundings }) : replay(machine);
  const [stdout, stderr] = [collect(), collect()];
  const input = new PassThrough();
  input.end(stdin);
  const io: Io = { stdin: input, stdout, stderr, env: surroundings, system, now: () => now };
  const code = await main(['node', 'gemma-fit', ...splitCommand(command)], io);
  const about = machine === null ? [] : [`On test/machines/${machine}.`, ''];
  const shown = Object.entries(env).map(([name, value]) => `${name}=${value} `);
  return [
    ...about,
    `    $ ${shown.join('')}gemma-fit ${command}`.trimEnd(),
    '',
    ...block(stdout.text()),
    ...(stderr.text() === '' ? [] : ['On stderr:', '', ...block(stderr.text())]),
    `Exit code: ${code}`,
    '',
  ].join('\n');
}

/** What a command prints on stdout where no server answers and nothing is known of the machine. */
export async function outputOf(command: string): Promise<string> {
  const env = { OLLAMA_HOST: noServer };
  const stdout = collect();
  const stdin = new PassThrough();
  stdin.end();
  const io: Io = { stdin, stdout, stderr: collect(), env, system: fakeSystem({ files: {}, env }), now: () => now };
  await main(['node', 'gemma-fit', ...splitCommand(command)], io);
  return stdout.text();
}

function block(text: string): string[] {
  return text === '' ? [] : ['```text', text.trimEnd(), '```', ''];
}
