import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileCacheFolder, makeOwnFolder, ownFolder } from '../../src/system/own-folder.ts';

describe.runIf(process.platform !== 'win32')('a folder of one’s own', () => {
  let home: string;
  beforeEach(() => {
    home = realpathSync(mkdtempSync(join(tmpdir(), 'gemma-fit-own-')));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('a folder of one’s own is made closed to others, with what is missing above it', () => {
    const folder = join(home, 'a', 'b');
    expect(makeOwnFolder(folder)).toBe(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(home, 'a')).mode & 0o777).toBe(0o700);
  });

  it.each([0o777, 0o1777, 0o770])(
    'a folder of one’s own is none when its mode is %o and its group is shared',
    (mode) => {
      const folder = join(home, 'a');
      mkdirSync(folder);
      chmodSync(folder, mode);
      // 0770 alone is closed where the group has the number of the user.
      const { uid, gid } = statSync(folder);
      expect(makeOwnFolder(folder)).toBe(mode === 0o770 && uid === gid ? folder : null);
    },
  );

  it('a folder of one’s own is none below a folder in which others can put another in its place', () => {
    chmodSync(home, 0o777);
    expect(makeOwnFolder(join(home, 'a'))).toBe(null);
    chmodSync(home, 0o1777);
    expect(makeOwnFolder(join(home, 'a'))).toBe(join(home, 'a'));
  });

  it('a folder of one’s own behind a link is taken by its real path', () => {
    mkdirSync(join(home, 'real'));
    symlinkSync(join(home, 'real'), join(home, 'link'));
    expect(makeOwnFolder(join(home, 'link', 'a'))).toBe(join(home, 'real', 'a'));
  });

  it('a folder of one’s own is not made below another user’s', () => {
    expect(ownFolder(join(home, 'missing'))).toBe(null);
    if (process.getuid?.() !== 0) expect(ownFolder('/')).toBe(null);
  });

  it('a folder of one’s own keeps compiled code: below XDG_CACHE_HOME, else the home, else nowhere', () => {
    const cache = join(home, 'cache');
    if (process.platform === 'linux')
      expect(compileCacheFolder({ XDG_CACHE_HOME: cache })).toBe(join(cache, 'gemma-fit'));
    if (process.platform === 'linux') expect(compileCacheFolder({ XDG_CACHE_HOME: '/proc' })).toBe(null);
  });
});
