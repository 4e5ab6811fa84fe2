import type { AppleChip } from '../../data/apple-chips.ts';
import { mlxWeightsOf } from '../../data/mlx.ts';
import { type MlxFiles, mlxFormatOf } from '../../data/mlx-bytes.ts';
import type { MlxSpeedForm } from '../../data/mlx-schema.ts';
import { variantOf } from '../../data/variants.ts';
import { speedClassOf } from '../speed/rate.ts';
import { mlxBytesPerToken } from './bytes.ts';

/** What one token's time depends on. */
export interface TokenQuestion extends MlxFiles {
  depthTokens: number;
  chip: AppleChip;
  gpuCores: number;
  bandwidthBytesPerSecond: number;
  drafter: boolean;
  weightBytesPerToken?: number | undefined;
}

const bf16Bytes = 2;

/** Seconds that one token takes, by the form and constants of data/mlx.json, speed. */
export function mlxTokenSeconds(question: TokenQuestion, form: MlxSpeedForm): number {
  const plain = weightSeconds(question, form) + cacheSeconds(question, form) + layerSeconds(question, form);
  return question.drafter ? draftedSeconds(question, plain, form) : plain;
}

/**
 * Memory and arithmetic work at the same time, so the slower of them counts. Four-bit weights are the ones that a GPU may unpack more slowly
 * than they come: on an M1 Max a model is no faster in NVFP4 than in MXFP8.
 */
function weightSeconds(question: TokenQuestion, form: MlxSpeedForm): number {
  const { variant, layout, chip, gpuCores, bandwidthBytesPerSecond } = question;
  const bytes = question.weightBytesPerToken ?? mlxBytesPerToken({ variant, layout });
  const reading = bytes / (form.bandwidth.share * bandwidthBytesPerSecond);
  const format = mlxFormatOf(layout);
  const rate = form.arithmetic.find(({ formats }) => formats.includes(format))?.weightsPerCoreClock;
  if (rate === undefined) return reading;
  const { gigahertz } = rowOf(form.clocks, (row) => row.generation === knownGeneration(chip, form));
  const weights = mlxWeightsOf(variant).readPerToken.quantizedWeights;
  return Math.max(reading, weights / (rate * gpuCores * gigahertz * 1e9));
}

/** Keys and values in bf16 that all layers read, those that reuse another's too; the unfused attention of full layers reads them again. */
function cacheSeconds({ variant, depthTokens, bandwidthBytesPerSecond }: TokenQuestion, form: MlxSpeedForm): number {
  const { kv, layers, slidingPerFull, windowTokens, queryHeads, kvHeads } = variantOf(variant).architecture;
  const full = Math.floor(layers / (slidingPerFull + 1));
  const sliding = layers - full;
  const reads = form.attention.readsPerQueryHead * (queryHeads / kvHeads.full);
  const elements =
    reads * full * kv.full.width * depthTokens + sliding * kv.sliding.width * Math.min(depthTokens, windowTokens);
  return (2 * bf16Bytes * elements) / (form.bandwidth.share * bandwidthBytesPerSecond);
}

function layerSeconds({ variant, chip }: TokenQuestion, form: MlxSpeedForm): number {
  const ultra = chip.tier === 'ultra';
  const { seconds } = rowOf(form.layers, (row) => row.speedClass === speedClassOf[variant]);
  const { factor } = rowOf(
    form.layerFactors,
    (row) => row.ultra === ultra && row.generations.includes(knownGeneration(chip, form)),
  );
  return variantOf(variant).architecture.layers * factor * seconds;
}

function draftedSeconds({ variant, chip }: TokenQuestion, plain: number, form: MlxSpeedForm): number {
  const { factor } = rowOf(form.drafter, (row) => row.variant === variant);
  const { share } = rowOf(form.drafterShares, (row) => row.generations.includes(knownGeneration(chip, form)));
  return plain / (1 + (factor - 1) * share) + form.drafterStep.seconds * share;
}

/** A chip that is newer than the tables counts as the newest in them. */
export function knownGeneration({ generation }: AppleChip, { clocks }: MlxSpeedForm): number {
  return Math.min(generation, Math.max(...clocks.map((row) => row.generation)));
}

export function rowOf<T>(rows: readonly T[], matches: (row: T) => boolean): T {
  const found = rows.find(matches);
  if (found === undefined) throw new Error('data/mlx.json lacks a row of speed');
  return found;
}
