import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere } from '../cli/record.ts';
import { ggufHeader, type Key, keys26b, tensors26b, wholeFileBytes } from '../ollama/gguf-bytes.ts';
import { runBounded } from './bounded.ts';
import { type Built, buildProgram, someMachine } from './run.ts';

const posix = process.platform !== 'win32';
let built: Built;
let document: { accelerators: { id: string }[]; evidence: unknown[]; ollama: unknown };
const at = (name: string) => join(built.home, name);

beforeAll(async () => {
  built = await buildProgram();
  document = JSON.parse((await runHere(['doctor', '--json', ...someMachine])).stdout);
});
afterAll(() => built.remove());

async function repeated(name: string, piece: string, times: number, [head, tail] = ['', '']): Promise<string> {
  const file = createWriteStream(at(name));
  const many = piece.repeat(1000);
  file.write(head);
  for (let i = 0; i < times / 1000; i++)
    if (!file.write(many)) await new Promise<void>((done) => file.once('drain', () => done()));
  file.end(tail);
  await finished(file);
  return at(name);
}

describe.runIf(posix)('what is no file', () => {
  beforeAll(async () => {
    for (const name of ['pipe.json', 'pipe.gguf', 'pipe.ndjson']) execFileSync('mkfifo', [at(name)]);
    await mkdir(at('fleet'));
    execFileSync('mkfifo', [join(at('fleet'), 'a.json')]);
    for (const name of ['zero.json', 'zero.gguf', 'zero.ndjson']) await symlink('/dev/zero', at(name));
  });

  it.each([
    ['check', '--machine', 'pipe.json'],
    ['doctor', '--machine', 'pipe.json'],
    ['check', '--machine', 'pipe.ndjson'],
    ['check', '--require-file', 'pipe.json', ...someMachine],
    ['check', '--model', 'pipe.gguf', ...someMachine],
    ['check', '--machine', 'zero.json'],
    ['doctor', '--machine', 'zero.json'],
    ['check', '--machine', 'zero.ndjson'],
    ['check', '--require-file', 'zero.json', ...someMachine],
    ['check', '--model', 'zero.gguf', ...someMachine],
  ])('what is no file is neither waited for nor read: %s %s %s', async (...args) => {
    const ended = await runBounded(built, args);
    // One of many that cannot be read is a row; the one that was asked for is an error.
    expect(ended.code).toBe(args.some((arg) => arg.endsWith('.ndjson')) ? 4 : 2);
    expect(ended.stdout + ended.stderr).toContain('Cannot read');
  });

  it('what is no file in a folder of machines is one that cannot be read', async () => {
    const ended = await runBounded(built, ['check', '--machine', 'fleet']);
    expect(ended.code).toBe(4);
    expect(ended.stdout).toContain('Cannot read');
  });

  it('a pipe that the shell made is read, though it is no file', () => {
    const script =
      '"$0" "$1" check --quiet --machine <("$0" "$1" doctor --json --os linux --gpu "RTX 4090" --ram 64GiB)';
    const env = { PATH: process.env.PATH, HOME: built.home, OLLAMA_HOST: '127.0.0.1:9' };
    const said = execFileSync('bash', ['-c', script, process.execPath, built.bin], { encoding: 'utf8', env });
    expect(said).toMatch(/^Recommended: gemma4:/);
  });
});

describe('a file of machines', () => {
  it('a file of machines of many gigabytes is refused before it is read', async () => {
    await writeFile(at('huge.json'), '');
    await truncate(at('huge.json'), 20 * 2 ** 30);
    const ended = await runBounded(built, ['check', '--machine', 'huge.json']);
    expect(ended.stderr).toContain('larger than 4 MiB');
  });

  it('a file of machines with a line without end is not kept', async () => {
    await repeated('line.ndjson', 'x'.repeat(100), 2_000_000);
    expect((await runBounded(built, ['check', '--machine', 'line.ndjson'])).code).toBe(4);
  });

  it('a file of machines of millions of lines that are no machines ends early', async () => {
    await repeated('many.ndjson', '{}\n', 3_000_000);
    const ended = await runBounded(built, ['check', '--machine', 'many.ndjson']);
    expect(ended.stderr).toContain('cannot be read');
    expect(ended.code).toBe(2);
  });

  it.each([
    ['accelerators', (d: typeof document) => ({ ...d, accelerators: copies(d.accelerators[0], 65) })],
    ['evidence', (d: typeof document) => ({ ...d, evidence: Array(5001).fill(d.evidence[0]) })],
    ['numbers for objects', (d: typeof document) => ({ ...d, evidence: Array(400_000).fill(1) })],
    ['nesting', (d: typeof document) => ({ ...d, evidence: nested(1000) })],
  ])('a file of machines with more %s than any machine has is refused', async (_what, change) => {
    await writeFile(at('odd.json'), JSON.stringify(change(document)));
    const ended = await runBounded(built, ['check', '--machine', 'odd.json']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/more than|larger than/);
  });

  it('a file of machines may have as many devices as there are, with names of any length', async () => {
    const accelerators = copies({ ...document.accelerators[0], name: 'N'.repeat(50_000) }, 64);
    await writeFile(at('full.json'), JSON.stringify({ ...document, accelerators }));
    expect((await runBounded(built, ['check', '--machine', 'full.json'])).code).toBe(0);
  });
});

const copies = (one: object | undefined, count: number) =>
  Array.from({ length: count }, (_, i) => ({ ...one, id: `gpu:${i}` }));
const nested = (depth: number): unknown => (depth === 0 ? [] : [nested(depth - 1)]);

describe.runIf(posix)('standard input without end', () => {
  it.each([
    ['check', 'yes'],
    ['check', "yes ''"],
    ['check', "yes '{}'"],
    ['check', 'cat /dev/zero'],
    ['doctor', 'cat /dev/zero'],
    ['doctor', "yes ''"],
  ])('standard input without end ends %s: %s', async (command, source) => {
    const writer = spawn('bash', ['-c', source], { stdio: ['ignore', 'pipe', 'ignore'] });
    writer.on('error', () => {});
    try {
      const ended = await runBounded(built, [command, '--machine', '-'], { stdio: [writer.stdout, 'pipe', 'pipe'] });
      expect(ended.code).toBe(2);
    } finally {
      writer.kill('SIGKILL');
    }
  });
});

describe('a file of requirements', () => {
  it('a file of requirements has an end', async () => {
    await repeated('specs.json', '"e2b@4k",', 100_000, ['[', '"e2b@4k"]']);
    const ended = await runBounded(built, ['check', ...someMachine, '--require-file', 'specs.json']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('more than 1000 requirements');
  });
});

describe('a GGUF file', () => {
  const model = ['check', ...someMachine, '--model'];

  it('a GGUF file of lists without end takes no memory without end', async () => {
    const list = { of: 7, items: Array.from({ length: 4096 }, (_, i) => i % 2 === 0) };
    const keys = Array.from({ length: 15_000 }, (_, i): Key => [`k${i}`, 9, list]);
    await writeFile(at('lists.gguf'), ggufHeader([...keys26b, ...keys], tensors26b));
    const ended = await runBounded(built, [...model, 'lists.gguf']);
    expect(ended.code).toBe(2);
  }, 30_000);

  it('a GGUF file that has just begun to arrive is told from a whole one', async () => {
    const header = ggufHeader(keys26b, tensors26b);
    await writeFile(at('part.gguf'), header);
    const ended = await runBounded(built, [...model, 'part.gguf']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('Is the download complete?');
    await truncate(at('part.gguf'), wholeFileBytes(header, tensors26b));
    expect((await runBounded(built, [...model, 'part.gguf'])).code).toBe(0);
  });

  it('a GGUF file without tensors is no model', async () => {
    await writeFile(at('none.gguf'), ggufHeader(keys26b, []));
    const ended = await runBounded(built, [...model, 'none.gguf']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('lacks');
  });
});
