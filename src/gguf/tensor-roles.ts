import type { WeightRow } from '../data/schema.ts';

/** A tensor of an installed or downloaded model. */
export interface SizedTensor {
  name: string;
  type: string | null;
  bytes: number | null;
}

/** Bytes of a model by what they are for, in the shape of a row of data/weights.json. */
export interface TensorAccount {
  weights: WeightRow;
  /** Vision and audio tensors in the same file (library builds until September 2026). */
  projectorBytes: number;
  /** Draft layers in the same file. */
  drafterBytes: number;
  /** Tensors whose size is not known: their type is newer than this table. */
  unknownTensors: number;
}

type Role = 'projector' | 'drafter' | 'tokenEmbedding' | 'perLayerEmbedding' | 'expert' | 'dense' | 'other';

/** Role by name, first rule that fits; names as llama.cpp writes them (src/llama-arch.cpp, tools/mtmd). */
const rules: readonly [RegExp, Role][] = [
  [/^(?:v|a|mm|mtmd|vision|audio)\./, 'projector'],
  [/nextn|^mtp\.|^draft\./, 'drafter'],
  [/^token_embd\./, 'tokenEmbedding'],
  [/^per_layer_token_embd\./, 'perLayerEmbedding'],
  // llama.cpp's own pattern for what may stay on the CPU; the scale beside an expert matrix belongs to it.
  [/^blk\.\d+\.ffn_(?:up|down|gate|gate_up)_(?:ch)?exps\b/, 'expert'],
  [/^blk\.\d+\./, 'dense'],
];

const alignmentBytes = 32;

interface SizedRole {
  role: Role;
  /** Block that a dense or expert tensor belongs to; null for the rest. */
  block: number | null;
  bytes: number;
}

/** Sums tensors by role. `layers` is the model's block count: blocks beyond it are draft layers. */
export function accountTensors(tensors: readonly SizedTensor[], layers: number): TensorAccount {
  const placed = tensors.map((tensor) => place(tensor, layers));
  const sum = (role: Role, block: number | null = null) =>
    placed.reduce((total, p) => total + (p.role === role && p.block === block ? p.bytes : 0), 0);
  const embedding = tensors.find((tensor) => tensor.name === 'token_embd.weight');
  return {
    weights: {
      tensorBytes: placed.reduce((total, p) => total + (isText(p) ? aligned(p.bytes) : 0), 0),
      tokenEmbedding: sum('tokenEmbedding'),
      tokenEmbeddingType: typeName(embedding?.type ?? 'f16'),
      perLayerEmbedding: sum('perLayerEmbedding'),
      other: sum('other'),
      layers: blockSums(placed, layers),
    },
    projectorBytes: sum('projector'),
    drafterBytes: sum('drafter'),
    unknownTensors: tensors.filter((tensor) => tensor.bytes === null).length,
  };
}

function place({ name, bytes }: SizedTensor, layers: number): SizedRole {
  const role = rules.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';
  if (role !== 'dense' && role !== 'expert') return { role, block: null, bytes: bytes ?? 0 };
  const block = Number(/^blk\.(\d+)\./.exec(name)?.[1]);
  return block < layers ? { role, block, bytes: bytes ?? 0 } : { role: 'drafter', block: null, bytes: bytes ?? 0 };
}

/** [dense] or, where there are experts, [dense, expert] for each block. */
function blockSums(placed: readonly SizedRole[], layers: number): number[][] {
  const sums = Array.from({ length: layers }, () => ({ dense: 0, expert: 0 }));
  for (const { role, block, bytes } of placed) {
    const row = block === null ? undefined : sums[block];
    if (row && (role === 'dense' || role === 'expert')) row[role] += bytes;
  }
  return sums.map(({ dense, expert }) => (expert > 0 ? [dense, expert] : [dense]));
}

const isText = ({ role }: SizedRole) => role !== 'projector' && role !== 'drafter';
const aligned = (bytes: number) => Math.ceil(bytes / alignmentBytes) * alignmentBytes;

/** As the table writes types: `q6_K`, `q4_0`, `bf16`. */
const typeName = (type: string) => type.toLowerCase().replace(/_k$/, '_K');
