import mlxFile from '../../data/mlx.json' with { type: 'json' };
import type { VariantId } from './ids.ts';
import type { MlxFile, MlxWeights } from './mlx-schema.ts';
import type { MlxChipClass, MlxFormat } from './vocabulary.ts';

/** Bytes, scratch and rules of Ollama's MLX runner. */
export const mlx = mlxFile as unknown as MlxFile;

const weights = new Map(mlx.weights.map((row) => [row.variant, row]));
const bytesPerWeight = new Map(mlx.formats.map((row) => [row.format, row.bytesPerWeight]));
const scratch = new Map(mlx.scratch.map((row) => [`${row.variant} ${row.chipClass}`, row]));

/** Numbers of weights of one model. Throws when the table lacks it, which a test rules out. */
export function mlxWeightsOf(variant: VariantId): MlxWeights {
  return present(weights.get(variant), variant);
}

export function mlxBytesPerWeight(format: MlxFormat): number {
  return present(bytesPerWeight.get(format), format);
}

export function mlxScratchOf(variant: VariantId, chipClass: MlxChipClass): MlxFile['scratch'][number] {
  return present(scratch.get(`${variant} ${chipClass}`), `${variant} on ${chipClass}`);
}

function present<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`data/mlx.json has no ${what}`);
  return found;
}
