import * as z from 'zod';
import { kvTypeSchema, quantizationSchema, shapes, variantIdSchema } from './schema.ts';

const { dated } = shapes;
const share = z.number().positive();

export const speedBackendSchema = z.enum(['cuda', 'rocm', 'metal', 'vulkan', 'sycl', 'cpu']);
/** dense: 12b and 31b. moe: 26b. small: e2b and e4b, with their short layers. */
export const speedClassSchema = z.enum(['dense', 'moe', 'small']);
const byClass = z.strictObject({ dense: share, moe: share, small: share });
/** Factors on the predicted rate between which a measured one is expected. */
const band = z.strictObject({ low: share, high: share });

/** Seconds a token = bytes / (efficiency x bandwidth) + layers x layerFactor x layerSeconds. */
const twoTerms = { efficiency: share, layerSeconds: z.number().nonnegative(), layerFactor: byClass };
export const twoTermSchema = z.strictObject({
  kind: z.literal('two-term'),
  backend: speedBackendSchema,
  ...twoTerms,
  band,
  ...dated,
});

/** Seconds a token = bytes / (efficiency of the class x bandwidth), and not less than two terms say where those are given. */
export const medianSchema = z.strictObject({
  kind: z.literal('median'),
  backend: speedBackendSchema,
  efficiency: byClass,
  atLeast: z.strictObject(twoTerms).nullable(),
  band,
  ...dated,
});

export const formSchema = z.discriminatedUnion('kind', [twoTermSchema, medianSchema]);

/** Hardware (or a quantization on some backend) that the forms do not describe; its efficiency lies between low and high. */
export const specialSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  backends: z.array(speedBackendSchema),
  architectures: z.array(z.string()).optional(),
  /** Ids of data/devices.json. */
  devices: z.array(z.string()).optional(),
  classes: z.array(speedClassSchema).optional(),
  quantizations: z.array(quantizationSchema).optional(),
  /** Processors without dot-product instructions. */
  weakCpu: z.literal(true).optional(),
  efficiency: z.strictObject({ low: share, high: share }),
  ...dated,
});

/** Another factor on the time per layer for some devices. */
export const layerFactorSchema = z.strictObject({
  devices: z.array(z.string()),
  class: speedClassSchema,
  factor: share,
  ...dated,
});

export const speedFormsSchema = z.strictObject({
  forms: z.array(formSchema),
  special: z.array(specialSchema),
  layerFactors: z.array(layerFactorSchema),
  /** Experts of 26b that lie in RAM while the rest runs on a device: efficiency of RAM bandwidth. */
  hostExperts: z.strictObject({ efficiency: share, band, ...dated }),
  /** How far the low end of a band falls per share of the bytes that are KV cache: deep contexts cost more than their bytes. */
  depth: z.strictObject({ lowPerKvShare: share, ...dated }),
  /** Band around a measurement by others on the same chip. */
  measured: z.strictObject({ band, deepestTokens: z.int().positive(), ...dated }),
  /** Band around a prompt rate carried over from a measurement. */
  prompt: z.strictObject({ band, ...dated }),
});

/** One measurement by others: one device, whole model on it. */
export const measuredSchema = z.strictObject({
  /** Id of data/devices.json. */
  device: z.string(),
  backend: speedBackendSchema,
  variant: variantIdSchema,
  /** Stock quantization whose family the file belongs to. */
  quantization: quantizationSchema,
  /** Size of the file that was run, in GiB as llama-bench prints it; null: the stock size. */
  fileGiB: z.number().positive().nullable(),
  /** A file that keeps everything but the experts at eight bits (Unsloth's UD files of 26b). */
  mixed: z.boolean(),
  depthTokens: z.int().nonnegative(),
  kvType: kvTypeSchema,
  tokensPerSecond: z.number().positive(),
  /** Prompt of about 512 to 2048 tokens. */
  promptTokensPerSecond: z.number().positive().nullable(),
  ...dated,
});

/** Arithmetic that a device reached on prompts, TFLOP/s: best row seen; null: none. */
export const promptRateSchema = z.strictObject({
  device: z.string(),
  backend: speedBackendSchema,
  dense: z.number().positive().nullable(),
  moe: z.number().positive().nullable(),
  ...dated,
});

export const speedsSchema = z.strictObject({ measured: z.array(measuredSchema), prompt: z.array(promptRateSchema) });

export type SpeedBackend = z.infer<typeof speedBackendSchema>;
export type SpeedClass = z.infer<typeof speedClassSchema>;
export type SpeedForm = z.infer<typeof formSchema>;
export type TwoTerms = Pick<z.infer<typeof twoTermSchema>, 'efficiency' | 'layerSeconds' | 'layerFactor'>;
export type SpecialSpeed = z.infer<typeof specialSchema>;
export type SpeedForms = z.infer<typeof speedFormsSchema>;
export type MeasuredSpeed = z.infer<typeof measuredSchema>;
export type Speeds = z.infer<typeof speedsSchema>;
