import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { FitError } from '../errors.ts';
import { cleanText } from '../text.ts';
import { reasonOf } from './errno.ts';

/** A pipe in place of a file would be waited for: this opens it at once, and what it is can be looked at. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** `<(command)` in a shell, and the streams of this process by name: pipes that the person made. */
const ownDescriptor = /^\/(?:dev\/(?:fd\/\d+|stdin)|proc\/self\/fd\/\d+)$/;

/**
 * A file that a person named, whole, at most maxBytes of it. Throws FitError `bad-file` for what is not there, is not a regular file, or
 * is larger: refused before anything of it is read.
 */
export async function readNamedFile(path: string, maxBytes: number): Promise<Buffer> {
  const piped = ownDescriptor.test(path);
  const file = await open(path, piped ? constants.O_RDONLY : flags).catch((error: unknown) => {
    throw cannotRead(path, error);
  });
  try {
    const stats = await file.stat();
    if (!piped) refuseOdd(path, stats, maxBytes);
    return await readAtMost(file, path, maxBytes);
  } catch (error) {
    throw error instanceof FitError ? error : cannotRead(path, error);
  } finally {
    await file.close();
  }
}

/** Opens a regular file; the caller closes it. Throws FitError `bad-file`. */
export function openNamedFile(path: string): { file: number; sizeBytes: number } {
  let file: number;
  try {
    file = openSync(path, flags);
  } catch (error) {
    throw cannotRead(path, error);
  }
  try {
    const stats = fstatSync(file);
    refuseOdd(path, stats, Number.POSITIVE_INFINITY);
    return { file, sizeBytes: stats.size };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** A stream of a named file's bytes, for one that is read in pieces. Throws FitError `bad-file`. */
export async function openNamedStream(path: string): Promise<NodeJS.ReadableStream> {
  const piped = ownDescriptor.test(path);
  const file = await open(path, piped ? constants.O_RDONLY : flags).catch((error: unknown) => {
    throw cannotRead(path, error);
  });
  if (!piped) {
    const stats = await file.stat();
    try {
      refuseOdd(path, stats, Number.POSITIVE_INFINITY);
    } catch (error) {
      await file.close();
      throw error;
    }
  }
  return file.createReadStream();
}

/** What to throw for a file, a folder or a stream that the system does not let us read. */
export function cannotRead(path: string, error: unknown): FitError {
  const why = reasonOf(error, { ENXIO: 'it is not a regular file' });
  return new FitError('bad-file', `Cannot read ${cleanText(path, 200)}: ${why}.`, null, { cause: error });
}

function refuseOdd(path: string, stats: { isFile(): boolean; isDirectory(): boolean; size: number }, maxBytes: number) {
  if (stats.isDirectory()) throw cannotRead(path, { code: 'EISDIR' });
  if (!stats.isFile()) throw cannotRead(path, { code: 'ENXIO' });
  if (stats.size > maxBytes) throw tooLarge(path, maxBytes);
}

/** A stream whole, at most maxBytes of it. Throws FitError `bad-file`. */
export async function readStream(stream: NodeJS.ReadableStream, name: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > maxBytes) throw tooLarge(name, maxBytes);
      chunks.push(bytes);
    }
  } catch (error) {
    throw error instanceof FitError ? error : cannotRead(name, error);
  }
  return Buffer.concat(chunks);
}

/** The size may be wrong (a pipe, a file that grows): what is read is counted too. */
async function readAtMost(file: FileHandle, path: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let size = 0; ; ) {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) return Buffer.concat(chunks);
    size += bytesRead;
    if (size > maxBytes) throw tooLarge(path, maxBytes);
    chunks.push(chunk.subarray(0, bytesRead));
  }
}

function tooLarge(path: string, maxBytes: number): FitError {
  return new FitError('bad-file', `Cannot read ${cleanText(path, 200)}: it is larger than ${maxBytes / 2 ** 20} MiB.`);
}
