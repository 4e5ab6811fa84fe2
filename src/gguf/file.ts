import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FitError } from '../errors.ts';
import { cleanLine } from '../text.ts';
import { type GgufHeader, joinSplit, readGguf, splitOf } from './header.ts';
import type { ByteSource } from './reader.ts';

/** Most parts of a split model that are opened. */
const maxParts = 512;

/**
 * Header of a GGUF file; of a split one (`…-00001-of-00003.gguf`) all parts beside it are read.
 * Throws FitError `bad-file` when the file cannot be opened or read, or a part is missing.
 */
export function readGgufFile(path: string): GgufHeader & { fileBytes: number } {
  const first = readOne(path);
  const split = splitOf(first.header);
  if (!split) return { ...first.header, fileBytes: first.sizeBytes };
  if (split.count > maxParts) throw new FitError('bad-file', `${cleanLine(path)} claims to have ${split.count} parts.`);
  const parts = partPaths(path, split.count).map((part) => (part === path ? first : readOne(part)));
  const fileBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  return { ...joinSplit(parts.map((part) => part.header)), fileBytes };
}

function partPaths(path: string, count: number): string[] {
  const match = /^(.*)-\d{5}-of-\d{5}\.gguf$/i.exec(basename(path));
  if (!match) {
    const hint = 'Keep the names that end in -00001-of-00003.gguf.';
    throw new FitError(
      'bad-file',
      `${cleanLine(path)} is one of ${count} parts, and its name does not tell the others.`,
      hint,
    );
  }
  const five = (n: number) => String(n).padStart(5, '0');
  return Array.from({ length: count }, (_, i) =>
    join(dirname(path), `${match[1]}-${five(i + 1)}-of-${five(count)}.gguf`),
  );
}

function readOne(path: string): { header: GgufHeader; sizeBytes: number } {
  const file = open(path);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new FitError('bad-file', `${cleanLine(path)} is no regular file.`);
    const source = sourceOf(file, stats.size);
    return { header: readGguf(source), sizeBytes: stats.size };
  } catch (error) {
    if (error instanceof FitError) throw new FitError(error.code, `${cleanLine(path)}: ${error.message}`, error.hint);
    throw new FitError('bad-file', `${cleanLine(path)} could not be read.`, null, { cause: error });
  } finally {
    closeSync(file);
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be opened';
    throw new FitError('bad-file', `The file ${cleanLine(path)} ${reason}.`, null, { cause: error });
  }
}

function sourceOf(file: number, sizeBytes: number): ByteSource {
  return {
    sizeBytes,
    read(offset, length) {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
    },
  };
}
