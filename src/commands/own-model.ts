import { basename } from 'node:path';
import type { CustomModel } from '../advice/custom-model.ts';
import { variantIds } from '../data/ids.ts';
import { variantOf } from '../data/tables.ts';
import { FitError } from '../errors.ts';
import { readGgufFile } from '../gguf/file.ts';
import { type CustomShape, shapeOfGguf } from '../gguf/model-shape.ts';
import { shapeOfShown } from '../ollama/api/shown-shape.ts';
import type { ShownModel } from '../ollama/api/types.ts';

/** The model in a GGUF file, by its header. Throws FitError `bad-file`. */
export function modelOfFile(path: string): CustomModel {
  const header = readGgufFile(path);
  return ownModel(basename(path), shapeOfGguf(header), header.fileBytes);
}

/**
 * A model that the server has, by its tensors. null where nothing can be computed from them: an MLX model, which has no such
 * list, or a size that no table has.
 */
export function modelOfShown(name: string, shown: ShownModel): CustomModel | null {
  const shape = shapeOfShown(shown);
  if (shape === null || shape.variant === null) return null;
  // The server does not report the file's size: the tensors plus the table's header size come within a few kilobytes.
  const headerBytes = variantOf(shape.variant).ggufMetadataBytes;
  const fileBytes = shape.weights.tensorBytes + shape.projectorBytes + shape.drafterBytes + headerBytes;
  return ownModel(name, shape, fileBytes);
}

function ownModel(name: string, shape: CustomShape, fileBytes: number | null): CustomModel {
  const { variant, separateProjector, projectorBytes } = shape;
  if (variant === null) {
    throw new FitError('bad-file', `${name} is a Gemma 4 of an unknown size.`, `Known are ${variantIds.join(', ')}.`);
  }
  return {
    name,
    variant,
    quantization: shape.quantization,
    architecture: shape.architecture,
    weights: shape.weights,
    projectorBytes: separateProjector ? variantOf(variant).projector.fileBytes : projectorBytes,
    projectorInside: !separateProjector,
    drafterBytes: shape.drafterBytes,
    fileBytes,
  };
}
