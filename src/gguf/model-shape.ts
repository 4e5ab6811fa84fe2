import type { Architecture } from '../data/schema.ts';
import { FitError } from '../errors.ts';
import type { VariantId } from '../model/types.ts';
import { cleanLine } from '../text.ts';
import type { GgufHeader } from './header.ts';
import { architectureOfKeys, type KeyReader, variantOfArchitecture } from './metadata.ts';
import { accountTensors, type SizedTensor, type TensorAccount } from './tensor-roles.ts';
import { tensorBytes, tensorTypeByName } from './tensor-types.ts';

/**
 * A model as its own tensors and keys describe it: what estimateMemory computes from, in place of a row of the table.
 * `weights` and `architecture` have the shapes of data/weights.json and data/variants.json.
 */
export interface CustomShape extends TensorAccount {
  architecture: Architecture;
  /** The Gemma 4 it is a build or fine-tune of; null for other sizes. */
  variant: VariantId | null;
  /** As the file states it (`Q4_K_M`); null when it does not. */
  quantization: string | null;
  /** Has vision or audio, in this file or in one beside it. */
  multimodal: boolean;
  /** The projector is a separate file, whose size the server does not report. */
  separateProjector: boolean;
}

/** Exact shape of a GGUF file. Throws FitError `bad-file` when it is not a gemma4 text model. */
export function shapeOfGguf(header: GgufHeader): CustomShape {
  const { keys, tensors } = header;
  const arch = keys.get('general.architecture');
  if (arch !== 'gemma4') {
    const name = typeof arch === 'string' ? cleanLine(arch) : 'unknown';
    const hint =
      name === 'clip' ? 'This is a projector; give the text model itself.' : 'Only Gemma 4 models can be judged.';
    throw new FitError('bad-file', `The file holds a model of architecture "${name}", not gemma4.`, hint);
  }
  const vocabulary = tensors.find((t) => t.name === 'token_embd.weight')?.shape[1] ?? 0;
  const shape = buildShape((key) => keys.get(key), tensors, vocabulary);
  if (!shape)
    throw new FitError('bad-file', 'The file lacks keys that a gemma4 model has.', 'Is the download complete?');
  const lacking = missingPart(shape);
  if (lacking !== null)
    throw new FitError('bad-file', `The file lacks ${lacking} of a gemma4 model.`, 'Is the download complete?');
  const quantization = fileTypes[Number(keys.get('general.file_type'))] ?? null;
  return { ...shape, quantization, multimodal: shape.projectorBytes > 0, separateProjector: false };
}

/** The first missing essential part; null when all are there. */
export function missingPart({ weights }: Pick<CustomShape, 'weights'>): string | null {
  if (weights.tokenEmbedding === 0) return 'the token embedding';
  const empty = weights.layers.findIndex(([dense = 0]) => dense === 0);
  return empty < 0 ? null : `the tensors of layer ${empty + 1}`;
}

/** A tensor with its bytes: null where its type is newer than the table. */
export function sizedTensor(name: string, type: string, shape: readonly number[]): SizedTensor {
  return { name, type, bytes: tensorBytes(tensorTypeByName(type), shape) };
}

/** The shape that keys and tensors describe; null when a key is missing or unknown. */
export function buildShape(key: KeyReader, tensors: readonly SizedTensor[], vocabulary: number) {
  const architecture = architectureOfKeys(key, vocabulary);
  if (!architecture) return null;
  const account = accountTensors(tensors, architecture.layers);
  return { ...account, architecture, variant: variantOfArchitecture(architecture) };
}

/** llama.cpp's file types by number (llama.h, LLAMA_FTYPE_MOSTLY_*). */
const fileTypes: Record<number, string> = {
  0: 'F32',
  1: 'F16',
  2: 'Q4_0',
  3: 'Q4_1',
  7: 'Q8_0',
  8: 'Q5_0',
  9: 'Q5_1',
  10: 'Q2_K',
  11: 'Q3_K_S',
  12: 'Q3_K_M',
  13: 'Q3_K_L',
  14: 'Q4_K_S',
  15: 'Q4_K_M',
  16: 'Q5_K_S',
  17: 'Q5_K_M',
  18: 'Q6_K',
  19: 'IQ2_XXS',
  20: 'IQ2_XS',
  21: 'Q2_K_S',
  22: 'IQ3_XS',
  23: 'IQ3_XXS',
  24: 'IQ1_S',
  25: 'IQ4_NL',
  26: 'IQ3_S',
  27: 'IQ3_M',
  28: 'IQ2_S',
  29: 'IQ2_M',
  30: 'IQ4_XS',
  31: 'IQ1_M',
  32: 'BF16',
};
