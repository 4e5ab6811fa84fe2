import { fstatSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';

/**
 * Writes all of a text and resolves when the stream has taken it, however long it is: no `process.exit` may follow
 * before, or a pipe gets 64 KiB of it. A reader that has gone away (EPIPE) ends the writing quietly.
 */
export async function writeAll(stream: Writable, text: string): Promise<void> {
  if (text === '' || stream.destroyed) return;
  const file = fileOf(stream);
  if (file === null) return writeToStream(stream, text);
  writeToFile(file, Buffer.from(text));
}

/** Descriptor of a stream that leads into a regular file. */
function fileOf(stream: Writable): number | null {
  const { fd } = stream as Writable & { fd?: unknown };
  if (typeof fd !== 'number') return null;
  try {
    return fstatSync(fd).isFile() ? fd : null;
  } catch {
    return null;
  }
}

/** Node's stream into a file takes a short write (a disk that fills, a limit) for a whole one: here the rest is tried, and fails. */
function writeToFile(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

function writeToStream(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') resolve();
      else reject(error);
    };
    stream.once('error', onError);
    stream.write(text, (error) => {
      if (error) return onError(error);
      stream.removeListener('error', onError);
      resolve();
    });
  });
}
