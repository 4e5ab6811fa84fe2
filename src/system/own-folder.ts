import { lstatSync, mkdirSync, realpathSync, type Stats } from 'node:fs';
import os from 'node:os';
import { dirname, isAbsolute, join, relative } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Folder for V8's compiled code, made with mode 0700; null where none of one's own can be had. Node runs what lies there without a
 * look at its owner, and its default is a folder in the shared /tmp with a name that anybody can guess.
 */
export function compileCacheFolder(env: Env = process.env): string | null {
  const base = cacheBase(env);
  return base === null ? null : makeOwnFolder(join(base, 'gemma-fit'));
}

function cacheBase(env: Env): string | null {
  const absolute = (path: string | undefined) => (path && isAbsolute(path) ? path : null);
  if (process.platform === 'win32') return absolute(env.LOCALAPPDATA);
  const home = absolute(homeFolder());
  if (process.platform === 'darwin') return home && join(home, 'Library', 'Caches');
  return absolute(env.XDG_CACHE_HOME) ?? (home && join(home, '.cache'));
}

function homeFolder(): string | undefined {
  try {
    return os.homedir();
  } catch {
    return undefined;
  }
}

/**
 * A folder of this user alone, made with mode 0700 where there is none: its real path, in which no link can be turned later. null
 * when it cannot be made, or when others may write to it or put another one in its place.
 */
export function makeOwnFolder(path: string): string | null {
  try {
    const there = nearest(path);
    const start = realpathSync(there);
    const whole = join(start, relative(there, path));
    if (whole !== start && !isOnOwnWay(start)) return null;
    make(whole);
    return isOwnFolder(whole) ? whole : null;
  } catch {
    return null;
  }
}

/** The real path of a folder that is this user's alone; null for every other, and for what is not there. */
export function ownFolder(path: string): string | null {
  try {
    const real = realpathSync(path);
    return isOwnFolder(real) ? real : null;
  } catch {
    return null;
  }
}

/** Whether a folder is this user's, closed to others, and on a way that others cannot turn. False for what is not there. */
function isOwnFolder(path: string): boolean {
  if (process.platform === 'win32') return true;
  try {
    const stats = lstatSync(path);
    return stats.isDirectory() && stats.uid === process.geteuid?.() && !isShared(stats) && isOnOwnWay(dirname(path));
  } catch {
    return false;
  }
}

/** One folder after another: Node's own recursive way does not end where a file system answers ENOENT to everything (/proc). */
function make(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })) return;
  if (dirname(path) !== path) make(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

function nearest(path: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found || dirname(path) === path ? path : nearest(dirname(path));
}

/** Every folder on the way belongs to this user or to root, and is closed to others or has the sticky bit. */
function isOnOwnWay(path: string): boolean {
  if (process.platform === 'win32') return true;
  const stats = lstatSync(path);
  const trusted = stats.isDirectory() && (stats.uid === 0 || stats.uid === process.geteuid?.());
  const fixed = !isShared(stats) || (stats.mode & 0o1000) !== 0;
  const parent = dirname(path);
  return trusted && fixed && (parent === path || isOnOwnWay(parent));
}

/** Others may write to it. A group with the number of its user is that user's alone (Debian, Fedora, Ubuntu). */
function isShared({ mode, uid, gid }: Stats): boolean {
  return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== uid);
}
