import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { FitError } from '../errors.ts';

/**
 * Writes a file so that a reader sees the old one or the new one, never half: a temporary dot file in the same folder,
 * then a rename. Devices and pipes are written directly. Does not follow a symbolic link that lies in a folder
 * which others may write to.
 * @throws FitError `write-failed`
 */
export async function writeFileAtomic(path: string, text: string): Promise<void> {
  try {
    const target = await followOwnLink(resolve(path));
    const present = await orNull(stat(target));
    if (present?.isDirectory()) throw new FitError('write-failed', `Cannot write ${path}: it is a folder.`);
    if (present && !present.isFile()) return await writeFile(target, text);
    await replaceFile(target, text, present);
  } catch (error) {
    throw error instanceof FitError ? error : asFitError(path, error);
  }
}

async function replaceFile(target: string, text: string, present: Stats | null): Promise<void> {
  // A dot file without the final extension: neither node_exporter nor Node Feature Discovery reads it half written.
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666);
    try {
      if (present) await file.chmod(present.mode & 0o777);
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

/** Where a link leads, unless it lies in a folder where someone else could have put it. */
async function followOwnLink(path: string): Promise<string> {
  const entry = await orNull(lstat(path));
  if (!entry?.isSymbolicLink()) return path;
  const folder = await stat(dirname(path));
  const shared = process.platform !== 'win32' && (folder.mode & 0o002) !== 0;
  if (shared) {
    throw new FitError(
      'write-failed',
      `Will not write ${path}: it is a symbolic link in a folder that others can write to.`,
      'Remove the link, or name another file.',
    );
  }
  // A link to a pipe or terminal (/dev/stdout) has no real path; it is opened under its own name.
  return (await orNull(realpath(path))) ?? path;
}

async function orNull<T>(pending: Promise<T>): Promise<T | null> {
  return pending.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

const reasons: Record<string, string> = {
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

function asFitError(path: string, error: unknown): FitError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const reason = reasons[code] ?? (error as Error).message;
  const hint = 'Name a file in a folder that exists and that you can write to, or leave --output out.';
  return new FitError('write-failed', `Cannot write ${path}: ${reason}.`, hint, { cause: error });
}
