import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { machineInput, type NamedText } from '../../src/commands/fleet-input.ts';
import type { Io } from '../../src/commands/io.ts';

const ioWith = (text: string): Io => ({ stdin: Readable.from([text]) }) as unknown as Io;

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

  it('is many when a document follows a document', async () => {
    const machines = await many(['-'], ioWith('{"name":"a"}\n\n{"b":1}\n{"name":"c"}\n'));
    expect(machines.map(({ name }) => name)).toEqual(['a', 'line 3', 'c']);
  });

  it('takes a broken line as a machine that cannot be read', async () => {
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

  it('says which file is missing, and which folder has none', async () => {
    await expect(many([join(folder, 'a.json'), join(folder, 'no.json')])).rejects.toMatchObject({ code: 'bad-file' });
    await rm(join(folder, 'a.json'));
    await rm(join(folder, 'b.json'));
    await rm(join(folder, 'more.ndjson'));
    await expect(many([folder])).rejects.toMatchObject({ code: 'bad-file' });
  });
});
