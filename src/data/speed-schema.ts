import * as z from 'zod';
import { kvTypeSchema, quantizationSchema, shapes, variantIdSchema } from './schema.ts';
import { speedClasses } from './vocabulary.ts';

const { dated } = shapes;
const share = z.number().positive();

export const speedBackendSchema = z.enum(['cuda', 'rocm', 'metal', 'vulkan', 'sycl', 'cpu']);
export const speedClassSchema = z.enum(speedClasses);
export const cpuClassSchema = z.enum([
  'desktop',
  'mobile',
  'low-power',
  'workstation',
  'server',
  'two-sockets',
  'apple',
  'board',
  'phone',
  'weak',
]);
const byClass = z.strictObject({ dense: share, moe: share, small: share });
/** Factors on the predicted rate between which a measured one is expected. */
const band = z.strictObject({ low: share, high: share });

/** Which hardware (or models on it) a row applies to; absent conditions always hold. */
const conditions = {
  backends: z.array(speedBackendSchema),
  architectures: z.array(z.string()).optional(),
  /** Ids of data/devices.json. */
  devices: z.array(z.string()).optional(),
  vendors: z.array(z.string()).optional(),
  classes: z.array(speedClassSchema).optional(),
  variants: z.array(variantIdSchema).optional(),
  quantizations: z.array(quantizationSchema).optional(),
  cpuClasses: z.array(cpuClassSchema).optional(),
};

/**
 * Seconds a token = (weights + kvFactor x cache) bytes / (efficiency x bandwidth) + layers x layerFactor x layerSeconds.
 * The first row whose conditions hold counts; the last row of a backend has none.
 */
export const formSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  ...conditions,
  /** formula: fitted; class: hardware of a class of its own, known from few machines. */
  basis: z.enum(['formula', 'class']),
  efficiency: share,
  layerSeconds: z.number().nonnegative(),
  layerFactor: byClass,
  /** Bytes of the cache count so many times: attention reaches less of the bandwidth than weights do. */
  kvFactor: byClass,
  /** Most that one core reads, bytes per second, where cores and not the RAM are the limit. */
  coreBytesPerSecond: share.optional(),
  /** Most that is read however fast the memory is, bytes per second, for architectures whose kernels are the limit. */
  mostBytesPerSecond: z.record(z.string(), share).optional(),
  band,
  ...dated,
});

/** Prompt tokens per second = flopsPerByte x bandwidth / (2 x active parameters): chips grow in both, so a class has a ratio. */
export const promptFormSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  ...conditions,
  flopsPerByte: byClass,
  band,
  ...dated,
});

/** What a step with drafted tokens costs on a backend. */
export const draftCostSchema = z.strictObject({
  ...conditions,
  /** Each further token of a pass over several, over reading the weights once. */
  columnShare: share,
  /** Each draft, beside reading the draft model: starting it, taking its token. */
  stepSeconds: share,
  ...dated,
});

/** Drafting (MTP): how many drafts the model accepts, and what a step costs. */
export const draftingSchema = z.strictObject({
  /** Share of the drafts that are accepted when all before them were: between prose and code. */
  acceptance: z.strictObject({ low: share, expected: share, high: share, ...dated }),
  /** Factors on what a step costs beyond a plain token, on the fastest and the slowest machine. */
  extra: z.strictObject({ fast: share, slow: share, ...dated }),
  costs: z.array(draftCostSchema),
  /** The whole factor where the CPU runs the model. */
  onCpu: z.strictObject({ low: share, expected: share, high: share, ...dated }),
});

export const speedFormsSchema = z.strictObject({
  forms: z.array(formSchema),
  /** Time a token takes outside the model: sampling over 262,144 words, the server. */
  token: z.strictObject({ seconds: share, ...dated }),
  /** Experts of 26b that lie in RAM while the rest runs on a device: share of RAM bandwidth, and a cost per layer of going there. */
  hostExperts: z.strictObject({ efficiency: share, layerSeconds: share, band, ...dated }),
  /** A run on the CPU relative to a measured memory rate, for any class. */
  measuredRam: z.strictObject({ efficiency: share, hostExpertEfficiency: share, band, ...dated }),
  /** An assumed RAM bandwidth: the real one is within these factors. */
  assumedRam: z.strictObject({ band, ...dated }),
  /** How far the low end of a band falls per share of the bytes that are KV cache. */
  depth: z.strictObject({ lowPerKvShare: share, ...dated }),
  /** Laptop GPUs: how far their power limit lowers the middle, and the low end beside it. */
  laptop: z.strictObject({ expected: share, low: share, ...dated }),
  /** Factor at the slow end on the cost of a layer on a fast card, beside CPUs of these classes. */
  slowHost: z.strictObject({
    cpuClasses: z.array(cpuClassSchema),
    backends: z.array(speedBackendSchema),
    expected: share,
    slow: share,
    ...dated,
  }),
  /** Ollama before 0.30: its own engine over llama.cpp. */
  ownEngine: z.strictObject({ small: z.tuple([share, share, share]), other: z.tuple([share, share, share]), ...dated }),
  drafting: draftingSchema,
  /** Band around a measurement by others on the same chip. */
  measured: z.strictObject({ band, ...dated }),
  /** Band around a prompt rate carried over from a measurement. */
  prompt: z.strictObject({ band, ...dated }),
  promptForms: z.array(promptFormSchema),
  /** Weights in RAM that are sent to a device for every micro-batch of a prompt. */
  promptStream: z.strictObject({ bytesPerSecond: share, band, ...dated }),
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
  /** A file that keeps everything but the experts at eight bits (Unsloth's UD files of 26b, its QAT ones not). */
  mixed: z.boolean(),
  depthTokens: z.int().nonnegative(),
  kvType: kvTypeSchema,
  /** By a server, which samples each token from all words; benchmark programs do not. */
  sampled: z.boolean(),
  tokensPerSecond: z.number().positive(),
  /** Prompt of about 512 to 2048 tokens. */
  promptTokensPerSecond: z.number().positive().nullable(),
  ...dated,
});

/** Compute rate that a device reached on prompts, TFLOP/s, best row; null: none. */
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
export type CpuClass = z.infer<typeof cpuClassSchema>;
export type SpeedForm = z.infer<typeof formSchema>;
export type SpeedConditions = Pick<SpeedForm, keyof typeof conditions>;
export type DraftCost = z.infer<typeof draftCostSchema>;
export type SpeedForms = z.infer<typeof speedFormsSchema>;
export type MeasuredSpeed = z.infer<typeof measuredSchema>;
export type Speeds = z.infer<typeof speedsSchema>;
