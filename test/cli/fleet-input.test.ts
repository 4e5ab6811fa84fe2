import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { machineInput, type NamedText } from '../../src/commands/fleet-input.ts';
import type { Io } from '../../src/commands/io.ts';
import { readText } from '../../src/commands/machine.ts';
import { FitError } from '../../src/errors.ts';

const windows = process.platform === 'win32';

const inUtf16 = {
  'UTF-16LE': (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16BE': (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  'UTF-8 with a mark': (text: string) => Buffer.from(`\ufeff${text}`),
};

const ioWith = (text: string | Buffer): Io => ({ stdin: Readable.from([text]) }) as unknown as Io;

async function many(paths: string[], io = ioWith('')): Promise<NamedText[]> {
  const input = await machineInput(paths, io);
  if (input.kind !== 'many') throw new Error('one machine');
  const all: NamedText[] = [];
  for await (const machine of input.machines) all.push(machine);
  return all;
}

async function textOf(io: Io): Promise<string> {
  let text = '';
  for await (const chunk of io.stdin) text += String(chunk);
  return text;
}

describe('standard input', () => {
  it.each(['{"a":1}', '{"a":1}\n', '{\n  "a": 1\n}\n', 'not JSON\nat all\n', ''])(
    '%j is one document, handed on whole',
    async (text) => {
      const input = await machineInput(['-'], ioWith(text));
      if (input.kind !== 'one') throw new Error('many machines');
      expect((await textOf(input.io)).trim()).toBe(text.trim());
    },
  );

  it('standard input is many when a document follows a document', async () => {
    const machines = await many(['-'], ioWith('{"name":"a"}\n\n{"b":1}\n{"name":"c"}\n'));
    expect(machines.map(({ name }) => name)).toEqual(['a', 'line 3', 'c']);
  });

  it('standard input is many behind empty lines too, which count', async () => {
    const machines = await many(['-'], ioWith('\n \r\n{"a":1}\n{"name":"b"}\n'));
    expect(machines.map(({ name }) => name)).toEqual(['line 3', 'b']);
  });

  it('standard input may be cut anywhere', async () => {
    const stdin = Readable.from([...Buffer.from('{"name":"ä"}\r\n{"b":"\u2028"}')].map((byte) => Buffer.from([byte])));
    const machines = await many(['-'], { stdin } as unknown as Io);
    expect(machines.map(({ name }) => name)).toEqual(['ä', 'line 2']);
  });

  it.each(Object.entries(inUtf16))('standard input is read in %s, one document or many', async (_, encode) => {
    const input = await machineInput(['-'], ioWith(encode('{\n"a": "ä"\n}\n')));
    if (input.kind !== 'one') throw new Error('many machines');
    expect((await textOf(input.io)).trim()).toBe('{\n"a": "ä"\n}');
    const lines = await many(['-'], ioWith(encode('{"name":"ä"}\r\n{"name":"b"}\r\n')));
    expect(lines.map(({ name }) => name)).toEqual(['ä', 'b']);
  });

  it('standard input that cannot be read is an error of the input, not of the program', async () => {
    const stdin = new Readable({ read: () => void stdin.destroy(new Error('EISDIR')) });
    await expect(machineInput(['-'], { stdin } as unknown as Io)).rejects.toMatchObject({ code: 'bad-file' });
  });

  it('standard input takes a broken line as a machine that cannot be read', async () => {
    expect(await many(['-'], ioWith('{"a":1}\n{"b":\n'))).toHaveLength(2);
  });
});

describe('files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gemma-fit-fleet-'));
    await writeFile(join(folder, 'b.json'), '{"b":1}');
    await writeFile(join(folder, 'a.json'), '{"a":1}');
    await writeFile(join(folder, 'more.ndjson'), '{"c":1}\n{"d":1}\n');
    await writeFile(join(folder, 'notes.txt'), 'not a machine');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('one file is one machine', async () => {
    expect((await machineInput([join(folder, 'a.json')], ioWith(''))).kind).toBe('one');
  });

  it('a folder gives its machine files by name, lines and all', async () => {
    expect((await many([folder])).map(({ name }) => name)).toEqual(['a', 'b', 'more.ndjson:1', 'more.ndjson:2']);
  });

  it('several paths are taken in their order', async () => {
    const names = (await many([join(folder, 'b.json'), join(folder, 'a.json')])).map(({ name }) => name);
    expect(names).toEqual(['b', 'a']);
  });

  it.each(Object.entries(inUtf16))('files are read in %s', async (_, encode) => {
    await writeFile(join(folder, 'a.json'), encode('{"a":"ä"}'));
    await writeFile(join(folder, 'more.ndjson'), encode('{"name":"ä"}\r\n{"d":1}\r\n'));
    expect(await readText(join(folder, 'a.json'), ioWith(''))).toBe('{"a":"ä"}');
    expect((await many([folder])).map(({ name }) => name)).toEqual(['a', 'b', 'ä', 'more.ndjson:2']);
  });

  it.skipIf(windows)('files that cannot be read are rows among the others', async () => {
    await symlink(join(folder, 'gone.json'), join(folder, 'aa.json'));
    await symlink(join(folder, 'gone.ndjson'), join(folder, 'zz.ndjson'));
    const machines = await many([folder]);
    expect(machines.map(({ name, text }) => [name, text instanceof FitError])).toEqual([
      ['a', false],
      ['aa', true],
      ['b', false],
      ['more.ndjson:1', false],
      ['more.ndjson:2', false],
      ['zz.ndjson', true],
    ]);
  });

  it.skipIf(windows)('files pass over folders inside, and links to them', async () => {
    await mkdir(join(folder, 'x.json'));
    await mkdir(join(folder, 'y.ndjson'));
    await symlink('.', join(folder, 'loop.json'));
    expect((await many([folder])).map(({ name }) => name)).toEqual(['a', 'b', 'more.ndjson:1', 'more.ndjson:2']);
  });

  it('a folder is one, whatever its name', async () => {
    await mkdir(join(folder, 'all.ndjson'));
    await writeFile(join(folder, 'all.ndjson', 'c.json'), '{}');
    expect((await many([join(folder, 'all.ndjson')])).map(({ name }) => name)).toEqual(['c']);
  });

  it.each(['no.ndjson', 'no.jsonl'])('a missing file of lines is named: %s', async (name) => {
    await expect(many([join(folder, name)])).rejects.toMatchObject({
      code: 'bad-file',
      message: expect.stringContaining('there is no such file'),
    });
  });

  it('a missing file is named, and a folder that has none', async () => {
    await expect(many([join(folder, 'a.json'), join(folder, 'no.json')])).rejects.toMatchObject({ code: 'bad-file' });
    await rm(join(folder, 'a.json'));
    await rm(join(folder, 'b.json'));
    await rm(join(folder, 'more.ndjson'));
    await expect(many([folder])).rejects.toMatchObject({ code: 'bad-file' });
  });
});
