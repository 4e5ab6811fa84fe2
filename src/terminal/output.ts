import type { Writable } from 'node:stream';

/**
 * Writes all of a text and resolves when the stream has taken it, however long it is: no `process.exit` may follow
 * before, or a pipe gets 64 KiB of it. A reader that has gone away (EPIPE) ends the writing quietly.
 */
export function writeAll(stream: Writable, text: string): Promise<void> {
  if (text === '' || stream.destroyed) return Promise.resolve();
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

/** A text with exactly one newline at its end, as a line-reading program expects it. */
export function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
