import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readlink, rename, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, parse, resolve } from 'node:path';
import { FitError } from '../errors.ts';
import { cleanText } from '../text.ts';
import { reasonOf } from './errno.ts';

/**
 * Writes a file so that a reader sees the old one or the new one, never half: a temporary dot file in the same folder,
 * then a rename. Devices and pipes are written directly. Follows no symbolic link, of the file or of a folder on the way, that lies
 * in a folder which others may write to.
 * @throws FitError `write-failed`
 */
export async function writeFileAtomic(path: string, text: string): Promise<void> {
  try {
    const target = await withoutForeignLinks(path);
    const present = await orNull(stat(target));
    if (present?.isDirectory()) throw new FitError('write-failed', `Cannot write ${shown(path)}: it is a folder.`);
    if (present && !present.isFile()) return await writeThrough(target, text);
    await replaceFile(target, text, present);
  } catch (error) {
    throw error instanceof FitError ? error : asFitError(path, error);
  }
}

async function replaceFile(target: string, text: string, present: Stats | null): Promise<void> {
  // A dot file without the final extension: neither node_exporter nor Node Feature Discovery reads it half written.
  const temporary = join(dirname(target), `.gemma-fit-${randomBytes(8).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666);
    try {
      // The permissions of somebody else's file are that person's choice.
      if (present && (process.geteuid === undefined || present.uid === process.geteuid())) {
        await file.chmod(present.mode & 0o777);
      }
      await file.writeFile(text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Into a device or a pipe. A pipe without a reader is an error and not waited for. */
async function writeThrough(target: string, text: string): Promise<void> {
  const reader = await open(target, constants.O_WRONLY | (constants.O_NONBLOCK ?? 0));
  let file: FileHandle | null = null;
  try {
    file = await open(target, constants.O_WRONLY);
    await file.writeFile(text, 'utf8');
  } finally {
    await file?.close();
    await reader.close();
  }
}

/** Links that one path may lead through, as Linux counts. */
const maxLinks = 40;

/** The path with its links resolved one by one, each only where nobody else could have put it. */
async function withoutForeignLinks(path: string): Promise<string> {
  let links = 0;
  const walk = async (whole: string): Promise<string> => {
    const { root } = parse(whole);
    let at = root;
    for (const part of whole.slice(root.length).split(/[\\/]/).filter(Boolean)) {
      const next = join(at, part);
      const entry = await orNull(lstat(next));
      if (!entry?.isSymbolicLink()) {
        at = next;
        continue;
      }
      links += 1;
      if (links > maxLinks) throw Object.assign(new Error('too many links'), { code: 'ELOOP' });
      if (await isShared(at)) throw foreignLink(path);
      const leads = await readlink(next);
      // A pipe of a process (/proc/self/fd/1 -> pipe:[123]) has no path: it is opened under its own name.
      const nameless = /^\/proc\/\d+\/fd$/.test(at) && !isAbsolute(leads);
      at = nameless ? next : await walk(resolve(at, leads));
    }
    return at;
  };
  return walk(resolve(path));
}

async function isShared(folder: string): Promise<boolean> {
  return process.platform !== 'win32' && ((await stat(folder)).mode & 0o022) !== 0;
}

function foreignLink(path: string): FitError {
  return new FitError(
    'write-failed',
    `Will not write ${shown(path)}: it is a symbolic link, or lies behind one, in a folder that others can write to.`,
    'Remove the link, or name another file.',
  );
}

async function orNull<T>(pending: Promise<T>): Promise<T | null> {
  return pending.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

function asFitError(path: string, error: unknown): FitError {
  const reason = reasonOf(error, { ENOENT: 'the folder does not exist', ENXIO: 'nothing reads from it' });
  const hint = 'Name a file in a folder that exists and that you can write to, or leave --output out.';
  return new FitError('write-failed', `Cannot write ${shown(path)}: ${reason}.`, hint, { cause: error });
}

const shown = (path: string) => cleanText(path, 300);
