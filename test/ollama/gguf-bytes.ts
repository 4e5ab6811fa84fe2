import type { ByteSource } from '../../src/gguf/reader.ts';
import { type TensorTypeName, tensorBytes, tensorTypes } from '../../src/gguf/tensor-types.ts';
import { memoize } from '../../src/memoize.ts';

interface List {
  of: number;
  items: readonly (number | boolean | string)[];
}

export type Key = [name: string, type: number, value: number | boolean | string | List];
export type TensorRow = [name: string, type: TensorTypeName, ...shape: number[]];

const u32 = (n: number) => {
  const b = Buffer.alloc(4);
  b.writeUInt32LE(n >>> 0);
  return b;
};
const u64 = (n: number) => {
  const b = Buffer.alloc(8);
  b.writeBigUInt64LE(BigInt(n));
  return b;
};
const text = (s: string) => Buffer.concat([u64(Buffer.byteLength(s)), Buffer.from(s)]);

function value(type: number, v: number | boolean | string): Buffer {
  if (type === 8) return text(String(v));
  if (type === 7) return Buffer.from([v ? 1 : 0]);
  if (type === 10 || type === 11) return u64(Number(v));
  return u32(Number(v));
}

/** Some headers repeat one list thousands of times. */
const listBytes = memoize(({ of, items }: List) => Buffer.concat(items.map((item) => value(of, item))));

const aligned = (bytes: number) => Math.ceil(bytes / 32) * 32;

/** Size of the whole file that such a header begins, bytes. */
export function wholeFileBytes(header: Uint8Array, tensors: TensorRow[]): number {
  const data = tensors.map(([, type, ...shape]) => aligned(tensorBytes(type, shape) ?? 0));
  return aligned(header.length) + data.reduce((sum, bytes) => sum + bytes, 0);
}

/** Header of a GGUF file by hand: types 4 (u32), 7 (bool), 8 (text), 9 (list), 10 (u64). */
export function ggufHeader(keys: Key[], tensors: TensorRow[], version = 3): Buffer {
  const keyBytes = keys.map(([name, type, v]) => {
    if (typeof v !== 'object') return Buffer.concat([text(name), u32(type), value(type, v)]);
    return Buffer.concat([text(name), u32(9), u32(v.of), u64(v.items.length), listBytes(v)]);
  });
  let offset = 0;
  const tensorRows = tensors.map(([name, type, ...shape]) => {
    const row = Buffer.concat([
      text(name),
      u32(shape.length),
      ...shape.map(u64),
      u32(tensorTypes[type].id),
      u64(offset),
    ]);
    offset += aligned(tensorBytes(type, shape) ?? 0);
    return row;
  });
  const head = Buffer.concat([Buffer.from('GGUF'), u32(version), u64(tensors.length), u64(keys.length)]);
  return Buffer.concat([head, ...keyBytes, ...tensorRows]);
}

export const memorySource = (bytes: Uint8Array, sizeBytes = bytes.length): ByteSource => ({
  sizeBytes,
  read: (offset, length) => bytes.subarray(offset, offset + length),
});

const layers = Array.from({ length: 30 }, (_, i) => ({ full: i % 6 === 5 }));

/** Keys of 26b as its files have them. */
export const keys26b: Key[] = [
  ['general.architecture', 8, 'gemma4'],
  ['general.file_type', 4, 32],
  ['gemma4.context_length', 4, 262_144],
  ['gemma4.embedding_length', 4, 2816],
  ['gemma4.block_count', 4, 30],
  ['gemma4.attention.head_count', 4, 16],
  ['gemma4.attention.head_count_kv', 9, { of: 4, items: layers.map((l) => (l.full ? 2 : 8)) }],
  ['gemma4.attention.key_length', 4, 512],
  ['gemma4.attention.key_length_swa', 4, 256],
  ['gemma4.attention.sliding_window', 4, 1024],
  ['gemma4.attention.sliding_window_pattern', 9, { of: 7, items: layers.map((l) => !l.full) }],
  ['gemma4.expert_count', 4, 128],
  ['gemma4.expert_used_count', 4, 8],
];

/** All 658 tensors of 26b in BF16. */
export const tensors26b: TensorRow[] = [
  ['token_embd.weight', 'BF16', 2816, 262_144],
  ['output_norm.weight', 'F32', 2816],
  ['rope_freqs.weight', 'F32', 256],
  ...layers.flatMap(({ full }, i) => layer26b(i, full)),
];

function layer26b(i: number, full: boolean): TensorRow[] {
  const name = (n: string) => `blk.${i}.${n}`;
  const norms = [
    'attn_norm',
    'post_attention_norm',
    'ffn_norm',
    'post_ffw_norm',
    'pre_ffw_norm_2',
    'post_ffw_norm_1',
    'post_ffw_norm_2',
  ];
  const head = full ? 512 : 256;
  const value: TensorRow[] = full ? [] : [[name('attn_v.weight'), 'BF16', 2816, 2048]];
  return [
    ...norms.map((n): TensorRow => [name(`${n}.weight`), 'F32', 2816]),
    [name('attn_q.weight'), 'BF16', 2816, 16 * head],
    [name('attn_k.weight'), 'BF16', 2816, full ? 1024 : 2048],
    ...value,
    [name('attn_output.weight'), 'BF16', 16 * head, 2816],
    [name('attn_q_norm.weight'), 'F32', head],
    [name('attn_k_norm.weight'), 'F32', head],
    [name('layer_output_scale.weight'), 'F32', 1],
    [name('ffn_gate.weight'), 'BF16', 2816, 2112],
    [name('ffn_up.weight'), 'BF16', 2816, 2112],
    [name('ffn_down.weight'), 'BF16', 2112, 2816],
    [name('ffn_gate_inp.weight'), 'F32', 2816, 128],
    [name('ffn_gate_inp.scale'), 'F32', 2816],
    [name('ffn_gate_up_exps.weight'), 'BF16', 2816, 1408, 128],
    [name('ffn_down_exps.weight'), 'BF16', 704, 2816, 128],
    [name('ffn_down_exps.scale'), 'F32', 128],
  ];
}
