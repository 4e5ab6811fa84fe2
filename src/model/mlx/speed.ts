import type { AppleChip } from '../../data/apple-chips.ts';
import { mlx } from '../../data/mlx.ts';
import { type MlxFiles, mlxFormatOf } from '../../data/mlx-bytes.ts';
import { variantOf } from '../../data/variants.ts';
import type { PromptSpeedBand, SpeedBand } from '../speed/band.ts';
import { speedClassOf } from '../speed/rate.ts';
import { mlxBytesPerToken } from './bytes.ts';

export interface MlxSpeedQuestion extends MlxFiles {
  /** Whether the runner drafts. */
  drafter: boolean;
  /** Tokens in the cache when the next one is made. */
  depthTokens: number;
  chip: AppleChip | null;
  /** Nominal; null: not known, and so no prediction. */
  bandwidthBytesPerSecond: number | null;
  /** Weights that one token reads, for a build that mixes formats in its own way. Default: by layout. */
  weightBytesPerToken?: number;
}

/**
 * Tokens per second of an MLX build in Ollama's runner, as a band: the weights and the cache that one token reads over the share of the bandwidth
 * that the format reaches, and a fixed time per layer. null for a chip or a bandwidth that is not known, and for builds that are known
 * to run far below that. Constants, fit and errors: data/mlx.json, speed.
 */
export function predictMlxSpeed(question: MlxSpeedQuestion): SpeedBand | null {
  const { variant, chip, bandwidthBytesPerSecond, drafter } = question;
  if (chip === null || bandwidthBytesPerSecond === null || bandwidthBytesPerSecond <= 0) return null;
  if (isUnpredictable(question)) return null;
  const seconds = readSeconds(question, chip, bandwidthBytesPerSecond) + layerSeconds(question, chip);
  const factor = drafter ? rowOf(mlx.speed.drafter, (row) => row.variant === variant).factor : 1;
  const { share } = rowOf(
    mlx.speed.bands,
    (row) => row.drafter === drafter && row.generations.includes(known(chip.generation)),
  );
  return {
    lowTokensPerSecond: (factor / seconds) * (1 - share),
    expectedTokensPerSecond: factor / seconds,
    highTokensPerSecond: (factor / seconds) * (1 + share),
    basis: 'formula',
    slowHost: false,
  };
}

/**
 * Prompt tokens per second, by the arithmetic that a GPU core of that generation reached; null for a chip that is not known.
 * @internal Asked by no command yet.
 */
export function predictMlxPromptSpeed(
  { variant }: Pick<MlxFiles, 'variant'>,
  chip: AppleChip | null,
  gpuCores: readonly number[],
): PromptSpeedBand | null {
  if (chip === null || gpuCores.length === 0) return null;
  const { teraflopsPerCore } = rowOf(mlx.speed.prompt, (row) => row.generations.includes(known(chip.generation)));
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

function readSeconds(question: MlxSpeedQuestion, { generation }: AppleChip, bandwidth: number): number {
  const { variant, layout, depthTokens, weightBytesPerToken = mlxBytesPerToken({ variant, layout }) } = question;
  const { share } = rowOf(
    mlx.speed.efficiency,
    (row) => row.formats.includes(mlxFormatOf(layout)) && row.generations.includes(known(generation)),
  );
  const cacheBytes = mlx.speed.cacheFactor.factor * cacheBytesRead(variant, depthTokens);
  return (weightBytesPerToken + cacheBytes) / (share * bandwidth);
}

function layerSeconds({ variant }: MlxSpeedQuestion, { generation, tier }: AppleChip): number {
  const ultra = tier === 'ultra';
  const { seconds } = rowOf(
    mlx.speed.layers,
    (row) => row.ultra === ultra && row.generations.includes(known(generation)),
  );
  const factors = rowOf(mlx.speed.layerFactors, (row) => row.generations.includes(known(generation)));
  return variantOf(variant).architecture.layers * factors[speedClassOf[variant]] * seconds;
}

/** Keys and values in bf16 that all layers read, those that reuse another's too. */
function cacheBytesRead(variant: MlxFiles['variant'], depthTokens: number): number {
  const { kv, layers, slidingPerFull, windowTokens } = variantOf(variant).architecture;
  const full = Math.floor(layers / (slidingPerFull + 1));
  const sliding = layers - full;
  return (
    2 * 2 * (full * kv.full.width * depthTokens + sliding * kv.sliding.width * Math.min(depthTokens, windowTokens))
  );
}

/** A chip that is newer than the tables counts as the newest in them. */
function known(generation: number): number {
  return Math.min(generation, Math.max(...mlx.speed.prompt.flatMap(({ generations }) => generations)));
}

function rowOf<T>(rows: readonly T[], matches: (row: T) => boolean): T {
  const found = rows.find(matches);
  if (found === undefined) throw new Error('data/mlx.json lacks a row of speed');
  return found;
}
