import * as z from 'zod';
import { runtimeIds } from './ids.ts';
import {
  backendSchema,
  kvTypeSchema,
  modalitySchema,
  platformSchema,
  quantizationSchema,
  shapes,
  variantIdSchema,
} from './schema.ts';
import { buildGenerations, gateFeatures, problemSeverities, runModes } from './vocabulary.ts';

const { dated, bytes, tokens, version } = shapes;
const modeSchema = z.enum(runModes);

/** A version of Ollama from which something is different. */
export const gateSchema = z.strictObject({
  ollama: version,
  /** Word to look a gate up by. */
  feature: z.enum(gateFeatures),
  text: z.string(),
  ...dated,
});

/**
 * When a problem occurs. Every stated condition has to hold; an absent one always does. ollama: from (inclusive) until before (exclusive),
 * null for open ends.
 */
export const conditionSchema = z.strictObject({
  ollama: z.strictObject({ from: version.nullable(), before: version.nullable() }).optional(),
  /** Servers that it is about; a version of Ollama means Ollama alone. */
  runtimes: z.array(z.enum(runtimeIds)).optional(),
  variants: z.array(variantIdSchema).optional(),
  platforms: z.array(platformSchema).optional(),
  backends: z.array(backendSchema).optional(),
  /** CUDA compute capabilities or LLVM targets, exact. */
  architectures: z.array(z.string()).optional(),
  modes: z.array(modeSchema).optional(),
  kvTypes: z.array(kvTypeSchema).optional(),
  formats: z.array(z.enum(['gguf', 'safetensors'])).optional(),
  quantizations: z.array(quantizationSchema).optional(),
  inputs: z.array(modalitySchema).optional(),
  flashAttention: z.boolean().optional(),
  /** Number of devices that take part, at least. */
  minimumDevices: z.int().positive().optional(),
  /** Sum of the devices' memory, below. */
  deviceBytesBelow: bytes.optional(),
  /** Context not set, so the server's default applies. */
  defaultContext: z.boolean().optional(),
  contextAbove: tokens.optional(),
  drafter: z.boolean().optional(),
  driverVersions: z.array(z.string()).optional(),
  /** Generation of the library's build (data/builds.json). */
  generations: z.array(z.enum(buildGenerations)).optional(),
  /** Pulled or last changed on disk before this day. */
  installedBefore: z.iso.date().optional(),
});

export const problemSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  /** blocker: it does not run. wrong: it runs and misbehaves. slow. note: worth knowing. */
  severity: z.enum(problemSeverities),
  when: conditionSchema,
  text: z.string(),
  remedy: z.string(),
  ...dated,
});

/** What a GPU stack needs so that Ollama uses it. */
export const stackSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  backend: backendSchema,
  platform: platformSchema.nullable(),
  /** Compute capabilities or LLVM targets the shipped libraries are built for; null: no such list. */
  architectures: z.array(z.string()).nullable(),
  /** Driver floor, and the floor for architectures below `olderThan`. */
  minimumDriver: z.string().nullable(),
  olderArchitectures: z.strictObject({ below: z.string(), minimumDriver: z.string() }).nullable(),
  note: z.string(),
  ...dated,
});

export const defaultsSchema = z.strictObject({
  /** Default context by the sum of device memory, largest first; the last row is the floor. */
  contextTiers: z.array(z.strictObject({ deviceBytesAtLeast: bytes, contextTokens: tokens })),
  minimumContextVision: tokens,
  sequences: z.int().positive(),
  /** Micro-batch by total context, largest first. surcharge: memory the server wants free on top to keep that size. */
  batchTiers: z.array(
    z.strictObject({
      contextAbove: z.int().nonnegative(),
      microBatch: z.int().positive(),
      surchargeBytes: bytes,
      /** Largest share of free memory that the server's own estimate may take. */
      predictedShareAtMost: z.number().positive().max(1),
    }),
  ),
  /** The single-GPU rule and the eviction rule: server's estimate against free memory. */
  singleDeviceShare: z.number().positive().max(1),
  textMarginBytes: bytes,
  /** What llama-server adds to the projector's size as its worst case: scratch where the projector runs, and on the CPU. */
  projectorScratchBytes: bytes,
  projectorHostBytes: bytes,
  hostPromptCacheBytes: bytes,
  contextCheckpoints: z.int().positive(),
  /** Licence, parameters and configuration layers of a library tag. */
  smallLayersBytes: bytes,
  /** Disk needed for the local conversion of an old monolithic file: share of its size, plus this many bytes. */
  conversion: z.strictObject({ share: z.number().positive(), extraBytes: bytes }),
  minimumOllama: version,
  newestKnownOllama: version,
  ...dated,
});

/** What a CUDA process takes for its context on these compute capabilities; the row without a list holds for all others. */
export const cudaContextSchema = z.strictObject({ architectures: z.array(z.string()).optional(), bytes, ...dated });

export const runtimesSchema = z.strictObject({
  gates: z.array(gateSchema),
  problems: z.array(problemSchema),
  stacks: z.array(stackSchema),
  cudaContexts: z.array(cudaContextSchema),
  defaults: defaultsSchema,
});

/** Loss of a quantized cache by KL divergence against f16. */
export const kvLossSchema = z.strictObject({
  variant: variantIdSchema,
  kvType: kvTypeSchema,
  meanKld: z.number().nonnegative(),
  ...dated,
});
export const qualitySchema = z.strictObject({
  kvLoss: z.array(kvLossSchema),
  /** Order to rank builds of one variant by, best first; builds in one group count as equal. */
  order: z.strictObject({ groups: z.array(z.array(z.string())), ...dated }),
});

export type Gate = z.infer<typeof gateSchema>;
export type Condition = z.infer<typeof conditionSchema>;
export type Problem = z.infer<typeof problemSchema>;
export type Stack = z.infer<typeof stackSchema>;
export type Defaults = z.infer<typeof defaultsSchema>;
export type Runtimes = z.infer<typeof runtimesSchema>;
export type Quality = z.infer<typeof qualitySchema>;
