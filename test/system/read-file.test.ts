import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openNamedFile, openNamedStream, readNamedFile } from '../../src/system/read-file.ts';

const posix = process.platform !== 'win32';
let home: string;
const at = (name: string) => join(home, name);

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'gemma-fit-read-'));
  writeFileSync(at('small'), 'text');
  writeFileSync(at('sparse'), '');
  truncateSync(at('sparse'), 10 * 2 ** 30);
  if (!posix) return;
  execFileSync('mkfifo', [at('pipe')]);
  symlinkSync('/dev/zero', at('zero'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** All three ways of opening what a person named. */
const ways = {
  whole: async (path: string) => void (await readNamedFile(path, 1000)),
  opened: async (path: string) => closeSync(openNamedFile(path).file),
  stream: async (path: string) => void (await openNamedStream(path)),
};

describe('a file that a person named', () => {
  it('a file that a person named is read whole', async () => {
    expect((await readNamedFile(at('small'), 4)).toString()).toBe('text');
  });

  it('a file that a person named that is too large is refused before it is read', async () => {
    const before = process.cpuUsage();
    await expect(readNamedFile(at('sparse'), 4 * 2 ** 20)).rejects.toMatchObject({
      code: 'bad-file',
      message: expect.stringContaining('larger than 4 MiB'),
    });
    expect(process.cpuUsage(before).user).toBeLessThan(200_000);
  });

  for (const [how, read] of Object.entries(ways)) {
    it.runIf(posix)(
      `a file that a person named is not waited for, nor read without end, when it is something else (${how})`,
      async () => {
        for (const [path, why] of [
          [at('pipe'), 'not a regular file'],
          [at('zero'), 'not a regular file'],
          [home, 'a folder'],
          [at('missing'), 'no such file'],
        ] as const) {
          const said = { code: 'bad-file', message: expect.stringContaining(why) };
          await expect(read(path)).rejects.toMatchObject(said);
        }
      },
    );
  }
});
