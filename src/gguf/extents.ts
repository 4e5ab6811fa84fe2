import type { FitError } from '../errors.ts';
import type { GgufHeader, GgufTensor } from './header.ts';
import { broken } from './reader.ts';

/**
 * Compares the header of one file with the file's size: a download that has just begun has a complete header without the tensors. A tensor
 * of a type that is newer than the table gets the bytes up to the next one. Throws FitError `bad-file`.
 */
export function withExtents(header: GgufHeader, fileBytes: number): GgufHeader {
  const room = fileBytes - header.dataOffset;
  const inOrder = [...header.tensors].sort((a, b) => a.offset - b.offset);
  const sized = new Map<GgufTensor, number>();
  let end = 0;
  for (const [at, tensor] of inOrder.entries()) {
    const next = inOrder[at + 1]?.offset ?? Math.max(room, tensor.offset);
    const bytes = tensor.bytes ?? next - tensor.offset;
    if (tensor.offset < end) throw broken('tensors in it lie one over the other');
    end = tensor.offset + bytes;
    sized.set(tensor, bytes);
  }
  if (inOrder.length > 0 && end > room) throw incomplete(fileBytes, header.dataOffset + end);
  return { ...header, tensors: header.tensors.map((tensor) => ({ ...tensor, bytes: sized.get(tensor) ?? null })) };
}

function incomplete(fileBytes: number, wholeBytes: number): FitError {
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(2);
  return broken(`it ends after ${gigabytes(fileBytes)} of ${gigabytes(wholeBytes)} GB`);
}
