import { execFileSync } from 'node:child_process';
import { chmod, chown, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../src/system/atomic-write.ts';

const posix = process.platform !== 'win32';

describe('--output', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gemma-fit-write-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('--output writes a new file and leaves nothing else behind', async () => {
    await writeFileAtomic(join(folder, 'a.json'), '{}\n');
    expect(await readFile(join(folder, 'a.json'), 'utf8')).toBe('{}\n');
    expect(await readdir(folder)).toEqual(['a.json']);
  });

  it('--output replaces a file as a whole: a reader with the old one open keeps it', async () => {
    const path = join(folder, 'a.prom');
    await writeFile(path, 'old');
    const before = await stat(path);
    await writeFileAtomic(path, 'new');
    expect((await stat(path)).ino).not.toBe(before.ino);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it.runIf(posix)('--output keeps the permissions of the file that it replaces', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'old');
    await chmod(path, 0o640);
    await writeFileAtomic(path, 'new');
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  it.runIf(posix)('--output follows a link of the owner', async () => {
    await writeFile(join(folder, 'real'), 'old');
    await symlink('real', join(folder, 'link'));
    await writeFileAtomic(join(folder, 'link'), 'new');
    expect(await readFile(join(folder, 'real'), 'utf8')).toBe('new');
    expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true);
  });

  it.runIf(posix)('--output does not follow a link in a folder that others write to', async () => {
    const shared = join(folder, 'shared');
    await mkdir(shared);
    await chmod(shared, 0o1777);
    await writeFile(join(folder, 'victim'), 'precious');
    await symlink(join(folder, 'victim'), join(shared, 'out'));
    await expect(writeFileAtomic(join(shared, 'out'), 'x')).rejects.toMatchObject({ code: 'write-failed' });
    expect(await readFile(join(folder, 'victim'), 'utf8')).toBe('precious');
  });

  it.runIf(posix).each([0o2775, 0o775, 0o777])(
    '--output does not follow a link in a folder of mode %o',
    async (mode) => {
      const shared = join(folder, 'shared');
      await mkdir(shared);
      await chmod(shared, mode);
      await writeFile(join(folder, 'victim'), 'precious');
      await symlink(join(folder, 'victim'), join(shared, 'out'));
      await expect(writeFileAtomic(join(shared, 'out'), 'x')).rejects.toMatchObject({ code: 'write-failed' });
      expect(await readFile(join(folder, 'victim'), 'utf8')).toBe('precious');
    },
  );

  it.runIf(posix)('--output does not follow a linked folder that others could have put on the way', async () => {
    const shared = join(folder, 'shared');
    await mkdir(shared);
    await chmod(shared, 0o1777);
    await mkdir(join(folder, 'own'));
    await symlink(join(folder, 'own'), join(shared, 'way'));
    await expect(writeFileAtomic(join(shared, 'way', 'out'), 'x')).rejects.toThrow('a folder that others can write to');
    expect(await readdir(join(folder, 'own'))).toEqual([]);
  });

  it.runIf(posix)('--output follows links on the way in closed folders, one after another', async () => {
    await mkdir(join(folder, 'a'));
    await symlink('a', join(folder, 'b'));
    await symlink(join(folder, 'b'), join(folder, 'c'));
    await writeFileAtomic(join(folder, 'c', 'out'), 'x');
    expect(await readFile(join(folder, 'a', 'out'), 'utf8')).toBe('x');
  });

  it.runIf(posix)('--output says so when links lead in a circle', async () => {
    await symlink('two', join(folder, 'one'));
    await symlink('one', join(folder, 'two'));
    await expect(writeFileAtomic(join(folder, 'one'), 'x')).rejects.toThrow('in a circle');
  });

  it.runIf(posix)('--output does not wait for a reader of a pipe', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await expect(writeFileAtomic(join(folder, 'pipe'), 'x')).rejects.toThrow('nothing reads from it');
  });

  it.runIf(posix)('--output gives all of it to a reader of a pipe', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const text = 'line\n'.repeat(100_000);
    const reader = readFile(path, 'utf8');
    for (let left = 50; ; left--) {
      const written = await writeFileAtomic(path, text).then(
        () => true,
        () => false,
      );
      if (written || left === 0) break;
    }
    expect(await reader).toBe(text);
  });

  it('--output takes a name as long as the file system does', async () => {
    const name = 'n'.repeat(255);
    await writeFileAtomic(join(folder, name), 'x');
    expect(await readdir(folder)).toEqual([name]);
    await expect(writeFileAtomic(join(folder, `${name}n`), 'x')).rejects.toThrow('the name is too long');
  });

  it.runIf(posix && process.getuid?.() === 0)(
    '--output does not take over the permissions that somebody else chose',
    async () => {
      const path = join(folder, 'a');
      await writeFile(path, 'old');
      await chmod(path, 0o666);
      await chown(path, 12_345, 12_345);
      await writeFileAtomic(path, 'new');
      expect((await stat(path)).mode & 0o022).toBe(0);
    },
  );

  it.runIf(posix)('--output writes into a device as it is', async () => {
    await expect(writeFileAtomic('/dev/null', 'x')).resolves.toBeUndefined();
    expect((await lstat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it.each([
    ['no/such/folder/a', /the folder does not exist/],
    ['.', /it is a folder/],
  ])('--output says in a sentence why it cannot write %s', async (name, words) => {
    await expect(writeFileAtomic(join(folder, name), 'x')).rejects.toMatchObject({
      code: 'write-failed',
      message: expect.stringMatching(words),
    });
    expect(await readdir(folder)).toEqual([]);
  });
});
