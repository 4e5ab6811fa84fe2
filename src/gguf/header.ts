import { limits } from '../limits.ts';
import { type ByteSource, broken, GgufCursor } from './reader.ts';
import { type TensorTypeName, tensorBytes, tensorTypeById } from './tensor-types.ts';

/** A metadata value. Lists and texts beyond the limits are dropped (null) or cut. */
export type GgufValue = number | boolean | string | null | (number | boolean | string)[];

export interface GgufTensor {
  name: string;
  /** null: a type that this version does not know. */
  type: TensorTypeName | null;
  /** Fastest first, as ggml counts. */
  shape: number[];
  bytes: number | null;
  /** From the start of the data. */
  offset: number;
}

export interface GgufHeader {
  version: number;
  keys: ReadonlyMap<string, GgufValue>;
  tensors: GgufTensor[];
  /** Where the tensors' data begin in the file. */
  dataOffset: number;
}

const maxNameBytes = 512;
/** Alignment of tensors where the file does not say (ggml.h, GGUF_DEFAULT_ALIGNMENT). */
const usualAlignment = 32;
const maxDimensions = 8;
/** Shortest possible entries, bytes: a key needs length, type and value; a tensor length, dimensions, type and offset. */
const leastKeyBytes = 13;
const leastTensorBytes = 24;

/**
 * Reads the header of a GGUF file, versions 2 and 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md). Memory use is bounded by
 * the header's size, whatever its counts claim. Throws FitError `bad-file`.
 */
export function readGguf(source: ByteSource): GgufHeader {
  const cursor = new GgufCursor(source);
  const version = readMagic(cursor);
  const tensorCount = cursor.u64();
  const keyCount = cursor.u64();
  if (keyCount > limits.gguf.keys || tensorCount > limits.gguf.tensors)
    throw broken('it claims far more entries than any model has');
  if (keyCount * leastKeyBytes + tensorCount * leastTensorBytes > cursor.remainingBytes) {
    throw broken('it claims more entries than it has room for');
  }
  const keys = new Map<string, GgufValue>();
  const room: Room = { items: limits.gguf.listItemsInAll, textBytes: limits.gguf.textBytesInAll };
  for (let i = 0; i < keyCount; i++) {
    const name = cursor.text(maxNameBytes);
    keys.set(name, readValue(cursor, cursor.u32(), room));
  }
  const tensors: GgufTensor[] = [];
  for (let i = 0; i < tensorCount; i++) tensors.push(readTensor(cursor));
  return { version, keys, tensors, dataOffset: alignedTo(alignmentOf(keys), cursor.offset) };
}

function readMagic(cursor: GgufCursor): number {
  if (cursor.remainingBytes < 24 || cursor.u32() !== 0x46554747) throw broken('it does not begin with GGUF');
  const version = cursor.u32();
  if (version === 2 || version === 3) return version;
  if ((version & 0xffff) === 0) throw broken('it is written for big-endian computers');
  throw broken(`it has format version ${version}, and only 2 and 3 are known`);
}

function readTensor(cursor: GgufCursor): GgufTensor {
  const name = cursor.text(maxNameBytes);
  const dimensions = cursor.u32();
  if (dimensions > maxDimensions) throw broken('a tensor in it has too many dimensions');
  const shape = Array.from({ length: dimensions }, () => cursor.u64());
  const type = tensorTypeById(cursor.u32());
  const offset = cursor.u64();
  return { name, type, shape, offset, bytes: tensorBytes(type, shape.length > 0 ? shape : [1]) };
}

/** What may still be kept of lists and texts. */
interface Room {
  items: number;
  textBytes: number;
}

type Scalar = (cursor: GgufCursor, room: Room) => number | boolean | string;

/** Value types by their number in the file, with the bytes of one (0: as long as it says). */
const scalars: Record<number, { bytes: number; read: Scalar }> = {
  0: { bytes: 1, read: (c) => c.u8() },
  1: { bytes: 1, read: (c) => c.number(1, 'signed') },
  2: { bytes: 2, read: (c) => c.number(2, 'unsigned') },
  3: { bytes: 2, read: (c) => c.number(2, 'signed') },
  4: { bytes: 4, read: (c) => c.u32() },
  5: { bytes: 4, read: (c) => c.number(4, 'signed') },
  6: { bytes: 4, read: (c) => c.number(4, 'float') },
  7: { bytes: 1, read: (c) => c.u8() !== 0 },
  8: { bytes: 0, read: readText },
  10: { bytes: 8, read: (c) => c.i64(false) },
  11: { bytes: 8, read: (c) => c.i64(true) },
  12: { bytes: 8, read: (c) => c.number(8, 'float') },
};
const arrayType = 9;

function readText(cursor: GgufCursor, room: Room): string {
  const from = cursor.offset;
  const text = cursor.text(Math.min(limits.gguf.textBytes, room.textBytes));
  room.textBytes = Math.max(0, room.textBytes - (cursor.offset - from));
  return text;
}

function readValue(cursor: GgufCursor, type: number, room: Room): GgufValue {
  if (type === arrayType) return readArray(cursor, room);
  return scalarOf(type).read(cursor, room);
}

function readArray(cursor: GgufCursor, room: Room): GgufValue {
  const { bytes, read } = scalarOf(cursor.u32());
  const count = cursor.u64();
  if (count * Math.max(bytes, bytes === 0 ? 8 : 1) > cursor.remainingBytes)
    throw broken('a list in it is longer than the file');
  if (count <= limits.gguf.listItems && count <= room.items) {
    room.items -= count;
    return Array.from({ length: count }, () => read(cursor, room));
  }
  if (bytes > 0) cursor.skip(count * bytes);
  else for (let i = 0; i < count; i++) cursor.skip(cursor.u64());
  return null;
}

function scalarOf(type: number) {
  const scalar = scalars[type];
  if (!scalar) throw broken(`it has a value of type ${type}, which is not known`);
  return scalar;
}

function alignmentOf(keys: ReadonlyMap<string, GgufValue>): number {
  const alignment = keys.get('general.alignment') ?? usualAlignment;
  if (typeof alignment === 'number' && alignment > 0 && Number.isSafeInteger(alignment)) return alignment;
  throw broken('its alignment is not a number of bytes');
}

const alignedTo = (alignment: number, offset: number) => Math.ceil(offset / alignment) * alignment;

/** Which part of a split model a header is; null for a whole one. */
export function splitOf({ keys }: GgufHeader): { index: number; count: number } | null {
  const count = keys.get('split.count');
  const index = keys.get('split.no');
  if (typeof count !== 'number' || count < 2 || typeof index !== 'number') return null;
  return { index, count };
}

/**
 * One header of all parts of a split model: keys of the first, tensors of all.
 * Throws FitError `bad-file` when a part is missing, doubled, or of another model.
 */
export function joinSplit(parts: readonly GgufHeader[]): GgufHeader {
  const ordered = [...parts].sort((a, b) => (splitOf(a)?.index ?? 0) - (splitOf(b)?.index ?? 0));
  const first = ordered[0];
  const complete = ordered.every((part, i) => {
    const split = splitOf(part);
    return split?.index === i && split.count === ordered.length;
  });
  if (!first || !complete) throw broken('parts of it are missing');
  const tensors = ordered.flatMap((part) => part.tensors);
  const promised = first.keys.get('split.tensors.count');
  if (typeof promised === 'number' && promised !== tensors.length) throw broken('its parts do not belong together');
  return { ...first, tensors };
}
