import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRequirements } from '../../src/commands/require-file.ts';

describe('--require-file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gemma-fit-require-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function read(text: string | Buffer): Promise<string[]> {
    const path = join(folder, 'require.json');
    await writeFile(path, text);
    return (await readRequirements(path)).map((requirement) => requirement.text);
  }

  it.each(['["26b@32k", "vision@16k"]', '{"require": ["26b@32k", "vision@16k"]}', '\ufeff["26b@32k","vision@16k"]'])(
    '--require-file reads %j',
    async (text) => {
      expect(await read(text)).toEqual(['26b@32k', 'vision@16k']);
    },
  );

  it('--require-file reads what Windows PowerShell writes, UTF-16', async () => {
    const bytes = Buffer.from('\ufeff["26b@32k"]', 'utf16le');
    expect(await read(bytes)).toEqual(['26b@32k']);
    expect(await read(Buffer.from(bytes).swap16())).toEqual(['26b@32k']);
  });

  it.each(['', '{}', '[]', '[""]', '[1]', '{"require": "26b"}', '{"require": ["26b"], "more": 1}', 'nonsense'])(
    '--require-file refuses %j',
    async (text) => {
      await expect(read(text)).rejects.toMatchObject({ code: 'bad-file' });
    },
  );

  it.each([
    ['', 'is empty'],
    ['nonsense', 'is not JSON'],
    ['{}', 'has another form'],
  ])('--require-file says which file %j is, what is wrong with it and what would be right', async (text, why) => {
    await expect(read(text)).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`require\\.json is not a list of requirements: it ${why}`)),
      hint: expect.stringContaining('["26b@32k", "vision@16k"]'),
    });
  });

  it('--require-file says that a file is missing, and that a requirement in it is not one', async () => {
    await expect(readRequirements(join(folder, 'no.json'))).rejects.toMatchObject({
      code: 'bad-file',
      message: expect.stringContaining('no such file'),
    });
    await expect(read('["a lot"]')).rejects.toMatchObject({ name: 'FitError' });
  });
});
