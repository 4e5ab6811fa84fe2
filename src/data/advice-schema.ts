import * as z from 'zod';
import { benchmarkIds, modalities, useCases } from './ids.ts';
import { shapes } from './schema.ts';

const { dated } = shapes;
const points = z.number().nonnegative();
const rate = z.number().positive();
const range = { lowBytesPerSecond: rate, highBytesPerSecond: rate, ...dated };

/** What a use asks of a model. */
export const useSchema = z.strictObject({
  use: z.enum(useCases),
  /** Input it must take besides text. */
  modality: z.enum(modalities).nullable(),
  /** Their mean is the quality of a model for this use, points of 100. */
  benchmarks: z.array(z.enum(benchmarkIds)).min(1),
  /** Context that the use wants, tokens of one sequence. */
  contextTokens: z.int().positive(),
  /** Speed from which a candidate gains by more of it rather than loses by less, tokens per second. */
  tokensPerSecond: rate,
  /** Slower than this a candidate is not recommended for the use; null: slow is only worth less. */
  leastTokensPerSecond: rate.nullable(),
  /** Worth less than this it is not recommended for the use; null: anything that runs is. */
  leastPoints: points.nullable(),
  reason: z.string().min(10),
  ...dated,
});

/** Points that quantizations of about the same loss cost. */
export const weightPointsSchema = z.strictObject({ quantizations: z.array(z.string()).min(1), points, ...dated });

export const adviceSchema = z.strictObject({
  uses: z.array(useSchema),
  weightLoss: z.array(weightPointsSchema),
  /** A quantized KV cache, by its mean KL divergence. */
  cacheLoss: z.strictObject({ pointsPerKld: points, ...dated }),
  /** Points a doubling above the wanted speed brings (one, up to mostBonus), and a halving below it costs. */
  speed: z.strictObject({
    mostBonus: points,
    perHalving: points,
    slowTokensPerSecond: rate,
    perSlowHalving: points,
    ...dated,
  }),
  /** Points that a halving of the wanted context costs, down to leastShare of it and below that. */
  context: z.strictObject({
    perHalving: points,
    leastShare: z.number().positive(),
    perFurtherHalving: points,
    ...dated,
  }),
  /** Points that a placement costs because it goes wrong more easily. */
  fragility: z.strictObject({
    cpuTakesPart: points,
    fullPool: points,
    poolHeadroomBytes: z.int().positive(),
    ...dated,
  }),
  alternatives: z.strictObject({
    fasterFactor: z.number().min(1),
    usableTokensPerSecond: rate,
    placementFactor: z.number().min(1),
    ...dated,
  }),
  /** Memory of GPUs, and RAM, whose speed nobody stated and no table knows. */
  deviceBandwidth: z.array(z.strictObject({ kind: z.enum(['discrete', 'shares RAM']), ...range })),
  ramBandwidth: z.array(z.strictObject({ kind: z.enum(['desktop or laptop', 'server']), ...range })),
});

export type UseRow = z.infer<typeof useSchema>;
export type AdviceTable = z.infer<typeof adviceSchema>;
