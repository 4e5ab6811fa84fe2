import * as z from 'zod';
import { shapes, variantIdSchema } from './schema.ts';
import { mlxChipClasses, mlxFormats, speedClasses } from './vocabulary.ts';

const { dated, bytes, tokens } = shapes;
const count = z.int().nonnegative();
const share = z.number().positive();

const formatSchema = z.enum(mlxFormats);
const chipClassSchema = z.enum(mlxChipClasses);
/** Numbers of weights: of linear layers and head, and how many of those the policy keeps at MXFP8; plain: bytes of what stays bf16. */
const weightCounts = { quantizedWeights: count, policyWeights: count, plainBytes: bytes };
/** x (tokens, ascending) and y (bytes, or a share). */
const points = z.array(z.tuple([z.int().nonnegative(), z.number()])).min(1);

export const mlxRuntimeSchema = z.strictObject({
  /** Prompt tokens that are computed at once. */
  chunkTokens: tokens,
  /** Distance of the snapshots of the sliding windows within one prompt. */
  snapshotEveryTokens: tokens,
  snapshotBudgetBytes: bytes,
  cacheStepTokens: tokens,
  /** The last snapshot of a prompt lies so many tokens before its end. */
  snapshotLagTokens: tokens,
  /** Share of an answer that is over when the draft model's last draft is verified: the middle of what was seen. */
  lastDraftShare: share,
  ...dated,
});

export const mlxWeightsSchema = z.strictObject({
  variant: variantIdSchema,
  ...weightCounts,
  perLayerTableWeights: count,
  /** The same for what one token reads: without keys and values of layers that reuse another's, and the used share of the experts. */
  readPerToken: z.strictObject(weightCounts),
  drafterBytes: bytes,
  encoderBytes: bytes,
  /** Buffers are rounded up to 16 KiB: loaded bytes less the plain sum. */
  roundingBytes: z.strictObject({ bf16: bytes, nvfp4u: bytes, nvfp4p: bytes, mxfp8: bytes }),
  ...dated,
});

const generations = z.array(z.int().positive()).min(1);

/**
 * Seconds a token = the slower of reading the weights (bytes over share x bandwidth) and unpacking them (weights over cores x clock x
 * rate), and the cache read (by attention), and layers x seconds x layer factor. A draft model divides that by its gain and adds its own step.
 * Prompts go by arithmetic.
 */
export const mlxSpeedSchema = z.strictObject({
  /** Of the nominal bandwidth. */
  bandwidth: z.strictObject({ share, ...dated }),
  /** Formats that a GPU may unpack more slowly than its memory brings them. */
  arithmetic: z.array(z.strictObject({ formats: z.array(formatSchema), weightsPerCoreClock: share, ...dated })),
  clocks: z.array(z.strictObject({ generation: z.int().positive(), gigahertz: share, ...dated })),
  layers: z.array(z.strictObject({ speedClass: z.enum(speedClasses), seconds: share, ...dated })),
  layerFactors: z.array(z.strictObject({ generations, ultra: z.boolean(), factor: share, ...dated })),
  /** How often a full-attention layer reads its keys and values, for each query head that shares them. */
  attention: z.strictObject({ readsPerQueryHead: share, ...dated }),
  drafter: z.array(z.strictObject({ variant: variantIdSchema, factor: share, ...dated })),
  /** Share of those gains (factor - 1) that a chip has. */
  drafterShares: z.array(z.strictObject({ generations, share: z.number().min(0).max(1), ...dated })),
  drafterStep: z.strictObject({ seconds: share, ...dated }),
  /** Half width of the band, as a share of its middle. */
  bands: z.array(z.strictObject({ drafter: z.boolean(), generations, share, ...dated })),
  /** Builds that ran far below the formula, for an unknown reason. */
  unpredictable: z.array(
    z.strictObject({ variants: z.array(variantIdSchema), formats: z.array(formatSchema), ...dated }),
  ),
  prompt: z.array(z.strictObject({ generations, teraflopsPerCore: share, ...dated })),
  promptBand: z.strictObject({ share, ...dated }),
});

export const mlxSchema = z.strictObject({
  runtime: mlxRuntimeSchema,
  /** Chips whose matrix units MLX uses, and the macOS that it needs for that. */
  matrixUnits: z.strictObject({ fromGeneration: z.int().positive(), macosVersion: z.string(), ...dated }),
  /** A file beside the tensors (GGUF files hold theirs in the header). */
  tokenizer: z.strictObject({ bytes, ...dated }),
  weights: z.array(mlxWeightsSchema),
  formats: z.array(z.strictObject({ format: formatSchema, bytesPerWeight: share, ...dated })),
  /** Share of a full chunk's scratch by tokens of the chunk. */
  partialChunk: z.strictObject({ points, ...dated }),
  /** Scratch of the layers in flight by tokens done, steps; and all that lies over the load for a prompt of one chunk (small). */
  scratch: z.array(
    z.strictObject({ variant: variantIdSchema, chipClass: chipClassSchema, steps: points, small: points, ...dated }),
  ),
  /** Difference of builds of other formats on Max and Ultra, by tokens. */
  scratchByFormat: z.array(z.strictObject({ variant: variantIdSchema, like: formatSchema, points, ...dated })),
  /** What the scratch holds for the draft model once a prompt is longer than a chunk. */
  drafterScratch: z.array(z.strictObject({ variant: variantIdSchema, bytes, ...dated })),
  speed: mlxSpeedSchema,
});

export type MlxWeights = z.infer<typeof mlxWeightsSchema>;
export type MlxFile = z.infer<typeof mlxSchema>;
export type MlxSpeedForm = MlxFile['speed'];
