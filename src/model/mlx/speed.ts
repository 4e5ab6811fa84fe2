import type { AppleChip } from '../../data/apple-chips.ts';
import { appleGpuCores } from '../../data/apple-cores.ts';
import { mlx } from '../../data/mlx.ts';
import { type MlxFiles, mlxFormatOf } from '../../data/mlx-bytes.ts';
import type { MlxSpeedForm } from '../../data/mlx-schema.ts';
import { variantOf } from '../../data/variants.ts';
import type { PromptSpeedBand, SpeedBand } from '../speed/band.ts';
import { knownGeneration, mlxTokenSeconds, rowOf } from './token-time.ts';

/** An MLX build on a chip of Apple, with so many tokens in its cache. */
export interface MlxSpeedQuestion extends MlxFiles {
  /** Whether the runner drafts. */
  drafter: boolean;
  /** Tokens in the cache when the next one is made. */
  depthTokens: number;
  chip: AppleChip | null;
  /** Nominal; null: not known, and so no prediction. */
  bandwidthBytesPerSecond: number | null;
  /** Default: what the table says of a chip with that bandwidth; where that is a range, the band covers it. */
  gpuCores?: number;
  /** Weights that one token reads, for a build that mixes formats in its own way. Default: by layout. */
  weightBytesPerToken?: number;
}

/**
 * Tokens per second of an MLX build in Ollama's runner, as a band: see `mlxTokenSeconds`. null for a chip or a bandwidth that is not known,
 * and for builds that are known to run far below that. Left out by machine, the median error is 6 % without a draft model (75
 * measurements, 12 Macs) and 8 % with one (19, 3 Macs). Constants and their sources: data/mlx.json, speed.
 */
export function predictMlxSpeed(question: MlxSpeedQuestion): SpeedBand | null {
  return isUnpredictable(question) ? null : mlxSpeedBy(question, mlx.speed);
}

/** @internal The same by other constants, for the fit that looks for them. */
export function mlxSpeedBy(question: MlxSpeedQuestion, form: MlxSpeedForm): SpeedBand | null {
  const { chip, bandwidthBytesPerSecond, drafter, gpuCores } = question;
  if (chip === null || bandwidthBytesPerSecond === null || bandwidthBytesPerSecond <= 0) return null;
  const [fewest, most] = gpuCores === undefined ? appleGpuCores(chip, bandwidthBytesPerSecond) : [gpuCores, gpuCores];
  const rate = (cores: number) =>
    1 / mlxTokenSeconds({ ...question, chip, bandwidthBytesPerSecond, gpuCores: cores }, form);
  const { share } = rowOf(
    form.bands,
    (row) => row.drafter === drafter && row.generations.includes(knownGeneration(chip, form)),
  );
  return {
    lowTokensPerSecond: rate(fewest) * (1 - share),
    expectedTokensPerSecond: rate(Math.sqrt(fewest * most)),
    highTokensPerSecond: rate(most) * (1 + share),
    basis: 'formula',
    slowHost: false,
  };
}

/** Prompt tokens per second, by the arithmetic that a GPU core of that generation reached; null for a chip that is not known. */
export function predictMlxPromptSpeed(
  { variant }: Pick<MlxFiles, 'variant'>,
  chip: AppleChip | null,
  gpuCores: readonly number[],
): PromptSpeedBand | null {
  if (chip === null || gpuCores.length === 0) return null;
  const generation = knownGeneration(chip, mlx.speed);
  const { teraflopsPerCore } = rowOf(mlx.speed.prompt, (row) => row.generations.includes(generation));
  const { share } = mlx.speed.promptBand;
  const perToken = 2 * variantOf(variant).parameters.active;
  const rate = (cores: number) => (cores * teraflopsPerCore * 1e12) / perToken;
  return {
    lowTokensPerSecond: rate(Math.min(...gpuCores)) * (1 - share),
    expectedTokensPerSecond: Math.sqrt(rate(Math.min(...gpuCores)) * rate(Math.max(...gpuCores))),
    highTokensPerSecond: rate(Math.max(...gpuCores)) * (1 + share),
    basis: 'formula',
  };
}

function isUnpredictable({ variant, layout }: MlxFiles): boolean {
  return mlx.speed.unpredictable.some(
    ({ variants, formats }) => variants.includes(variant) && formats.includes(mlxFormatOf(layout)),
  );
}
