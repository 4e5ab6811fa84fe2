/**
 * Writes GGUF version 3 files, for tests: a header, typed metadata, a tensor list, then the tensors' bytes.
 * Layout: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */

/** Metadata value types of the format that a Gemma 4 file needs, by their number in the file. */
const valueTypes = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;
type ScalarType = Exclude<keyof typeof valueTypes, 'array'>;

/** One metadata value; `of` names the element type of an array. */
export type MetadataValue =
  | { type: 'uint32' | 'int32' | 'float32'; value: number }
  | { type: 'bool'; value: boolean }
  | { type: 'string'; value: string }
  | { type: 'array'; of: ScalarType; values: readonly (number | boolean | string)[] };

/** One tensor; `dimensions` start with the fastest one, as ggml counts them. */
export interface Tensor {
  name: string;
  dimensions: readonly number[];
  type: 'F32' | 'F16';
  bytes: Uint8Array;
}

const tensorTypes = { F32: 0, F16: 1 } as const;
const alignmentBytes = 32;

const u32 = (n: number): Buffer => {
  const b = Buffer.alloc(4);
  b.writeUInt32LE(n);
  return b;
};

const u64 = (n: number): Buffer => {
  const b = Buffer.alloc(8);
  b.writeBigUInt64LE(BigInt(n));
  return b;
};

const text = (s: string): Buffer => {
  const bytes = Buffer.from(s, 'utf8');
  return Buffer.concat([u64(bytes.length), bytes]);
};

function scalar(type: ScalarType, value: number | boolean | string): Buffer {
  if (type === 'string') return text(String(value));
  if (type === 'bool') return Buffer.from([value ? 1 : 0]);
  const b = Buffer.alloc(4);
  if (type === 'float32') b.writeFloatLE(Number(value));
  else if (type === 'int32') b.writeInt32LE(Number(value));
  else b.writeUInt32LE(Number(value));
  return b;
}

function metadataValue(v: MetadataValue): Buffer {
  if (v.type !== 'array') return Buffer.concat([u32(valueTypes[v.type]), scalar(v.type, v.value)]);
  const items = v.values.map((item) => scalar(v.of, item));
  return Buffer.concat([u32(valueTypes.array), u32(valueTypes[v.of]), u64(v.values.length), ...items]);
}

const padding = (length: number): Buffer => Buffer.alloc((alignmentBytes - (length % alignmentBytes)) % alignmentBytes);

/** The whole file as bytes: metadata and tensors in the order given, tensor data aligned to 32 bytes. */
export function ggufBytes(metadata: ReadonlyMap<string, MetadataValue>, tensors: readonly Tensor[]): Buffer {
  const parts: Buffer[] = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(metadata.size)];
  for (const [key, value] of metadata) parts.push(text(key), metadataValue(value));
  let offset = 0;
  for (const t of tensors) {
    parts.push(text(t.name), u32(t.dimensions.length), ...t.dimensions.map(u64), u32(tensorTypes[t.type]), u64(offset));
    offset += t.bytes.length + padding(t.bytes.length).length;
  }
  const head = Buffer.concat(parts);
  return Buffer.concat([head, padding(head.length), ...tensors.flatMap((t) => [t.bytes, padding(t.bytes.length)])]);
}
