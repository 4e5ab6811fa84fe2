/** Storage of a ggml tensor type: `bytes` for every `block` elements of a row. */
export interface TensorType {
  /** ggml's number, as GGUF files carry it. */
  id: number;
  block: number;
  bytes: number;
}

/** ggml's tensor types (ggml.h, ggml-common.h of llama.cpp b11382; names in upper case as Ollama shows them). */
export const tensorTypes = {
  F32: { id: 0, block: 1, bytes: 4 },
  F16: { id: 1, block: 1, bytes: 2 },
  Q4_0: { id: 2, block: 32, bytes: 18 },
  Q4_1: { id: 3, block: 32, bytes: 20 },
  Q5_0: { id: 6, block: 32, bytes: 22 },
  Q5_1: { id: 7, block: 32, bytes: 24 },
  Q8_0: { id: 8, block: 32, bytes: 34 },
  Q8_1: { id: 9, block: 32, bytes: 36 },
  Q2_K: { id: 10, block: 256, bytes: 84 },
  Q3_K: { id: 11, block: 256, bytes: 110 },
  Q4_K: { id: 12, block: 256, bytes: 144 },
  Q5_K: { id: 13, block: 256, bytes: 176 },
  Q6_K: { id: 14, block: 256, bytes: 210 },
  Q8_K: { id: 15, block: 256, bytes: 292 },
  IQ2_XXS: { id: 16, block: 256, bytes: 66 },
  IQ2_XS: { id: 17, block: 256, bytes: 74 },
  IQ3_XXS: { id: 18, block: 256, bytes: 98 },
  IQ1_S: { id: 19, block: 256, bytes: 50 },
  IQ4_NL: { id: 20, block: 32, bytes: 18 },
  IQ3_S: { id: 21, block: 256, bytes: 110 },
  IQ2_S: { id: 22, block: 256, bytes: 82 },
  IQ4_XS: { id: 23, block: 256, bytes: 136 },
  I8: { id: 24, block: 1, bytes: 1 },
  I16: { id: 25, block: 1, bytes: 2 },
  I32: { id: 26, block: 1, bytes: 4 },
  I64: { id: 27, block: 1, bytes: 8 },
  F64: { id: 28, block: 1, bytes: 8 },
  IQ1_M: { id: 29, block: 256, bytes: 56 },
  BF16: { id: 30, block: 1, bytes: 2 },
  TQ1_0: { id: 34, block: 256, bytes: 54 },
  TQ2_0: { id: 35, block: 256, bytes: 66 },
  MXFP4: { id: 39, block: 32, bytes: 17 },
  NVFP4: { id: 40, block: 64, bytes: 36 },
  Q1_0: { id: 41, block: 128, bytes: 18 },
} as const satisfies Record<string, TensorType>;

export type TensorTypeName = keyof typeof tensorTypes;

const names = new Map(Object.entries(tensorTypes).map(([name, { id }]) => [id as number, name as TensorTypeName]));

/** Name of ggml's type number; null for one this table does not know. */
export function tensorTypeById(id: number): TensorTypeName | null {
  return names.get(id) ?? null;
}

/** Name as this table spells it; null for an unknown one. */
export function tensorTypeByName(name: string): TensorTypeName | null {
  const upper = name.toUpperCase();
  return Object.hasOwn(tensorTypes, upper) ? (upper as TensorTypeName) : null;
}

/**
 * Bytes of a tensor: rows of whole blocks. null when its type is unknown, a dimension is not a positive whole number, the row is not
 * multiple of the block, or the size is beyond what a number holds exactly.
 */
export function tensorBytes(type: TensorTypeName | null, dimensions: readonly number[]): number | null {
  if (type === null || dimensions.length === 0) return null;
  const { block, bytes } = tensorTypes[type];
  let size = bytes / block;
  for (const dimension of dimensions) {
    if (!Number.isSafeInteger(dimension) || dimension <= 0) return null;
    size *= dimension;
  }
  return (dimensions[0] ?? 0) % block === 0 && Number.isSafeInteger(size) ? size : null;
}
