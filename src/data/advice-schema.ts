import * as z from 'zod';
import { useCases } from './ids.ts';
import { shapes } from './schema.ts';
import { benchmarkIds, modalities } from './vocabulary.ts';

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
  /** Wanted speed, tokens per second: more adds points, less costs points. */
  tokensPerSecond: rate,
  /** Slower candidates are not recommended for the use; null: they only lose points. */
  leastTokensPerSecond: rate.nullable(),
  /** Candidates of a lower value are not recommended for the use; null: no minimum. */
  leastPoints: points.nullable(),
  /** Quality below which a model is called weak for the use, though it may be the best that runs. */
  leastQuality: points.nullable(),
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
  /** Points that a fragile placement costs. */
  fragility: z.strictObject({
    cpuTakesPart: points,
    fullRam: points,
    ramHeadroomBytes: z.int().positive(),
    ...dated,
  }),
  alternatives: z.strictObject({
    fasterFactor: z.number().min(1),
    usableTokensPerSecond: rate,
    placementFactor: z.number().min(1),
    ...dated,
  }),
  /** GPU memory and RAM of unknown speed. */
  deviceBandwidth: z.array(z.strictObject({ kind: z.enum(['discrete', 'shares RAM']), ...range })),
  ramBandwidth: z.array(z.strictObject({ kind: z.enum(['desktop or laptop', 'server']), ...range })),
});

export type UseRow = z.infer<typeof useSchema>;
export type AdviceTable = z.infer<typeof adviceSchema>;
