import { buildShape, type CustomShape, missingPart, sizedTensor } from '../../gguf/model-shape.ts';
import type { ShownModel } from './types.ts';

/** Types of tensors whose size is unknown: newer than the table, or of dimensions that no such type has. */
export function unsizedTypes({ tensors }: Pick<ShownModel, 'tensors'>): string[] {
  const unsized = tensors.filter(({ name, type, shape }) => sizedTensor(name, type, shape).bytes === null);
  return [...new Set(unsized.map(({ type }) => type))];
}

/**
 * Exact shape of an installed GGUF from /api/show with `verbose` (without it the per-layer lists are null).
 * null for an MLX model, whose tensors follow other rules, when the server tells not all of the tensors, or one whose size is not known.
 */
export function shapeOfShown(shown: ShownModel): CustomShape | null {
  if (shown.format === 'safetensors' || shown.tensors.length === 0) return null;
  const tensors = shown.tensors.map(({ name, type, shape }) => sizedTensor(name, type, shape));
  const vocabulary = shown.tensors.find((t) => t.name === 'token_embd.weight')?.shape[1] ?? 0;
  const shape = buildShape((key) => shown.modelInfo[key], tensors, vocabulary);
  if (!shape || shape.unknownTensors > 0 || missingPart(shape) !== null) return null;
  const sensing = shown.capabilities.includes('vision') || shown.capabilities.includes('audio');
  const separateProjector = shown.projectorInfo !== null && shape.projectorBytes === 0;
  const multimodal = sensing || separateProjector || shape.projectorBytes > 0;
  return { ...shape, quantization: shown.quantization, multimodal, separateProjector };
}
