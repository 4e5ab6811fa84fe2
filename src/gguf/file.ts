import { closeSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FitError } from '../errors.ts';
import { limits } from '../limits.ts';
import { openNamedFile } from '../system/read-file.ts';
import { cleanLine } from '../text.ts';
import { withExtents } from './extents.ts';
import { type GgufHeader, joinSplit, readGguf, splitOf } from './header.ts';
import type { ByteSource } from './reader.ts';

/**
 * Header of a GGUF file; of a split one (`…-00001-of-00003.gguf`) all parts beside it are read.
 * Throws FitError `bad-file` when the file cannot be opened or read, or a part is missing.
 */
export function readGgufFile(path: string): GgufHeader & { fileBytes: number } {
  const first = readOne(path);
  const split = splitOf(first.header);
  if (!split) return { ...first.header, fileBytes: first.sizeBytes };
  if (split.count > limits.gguf.splitParts)
    throw new FitError('bad-file', `${cleanLine(path)} claims to have ${split.count} parts.`);
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
  const { file, sizeBytes } = openNamedFile(path);
  try {
    return { header: withExtents(readGguf(sourceOf(file, sizeBytes)), sizeBytes), sizeBytes };
  } catch (error) {
    if (error instanceof FitError) throw new FitError(error.code, `${cleanLine(path)}: ${error.message}`, error.hint);
    throw new FitError('bad-file', `${cleanLine(path)} could not be read.`, null, { cause: error });
  } finally {
    closeSync(file);
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
