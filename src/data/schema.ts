import * as z from 'zod';
import { knownPlatforms, kvTypes, quantizations, variantIds } from './ids.ts';
import {
  acceleratorKinds,
  backends,
  benchmarkIds,
  buildGenerations,
  mlxFormats,
  mlxLayouts,
  modalities,
  vendors,
} from './vocabulary.ts';

/** Every row says where it comes from and when that was read. */
const dated = { source: z.string().min(10), date: z.iso.date() };
const bytes = z.int().nonnegative();
const tokens = z.int().positive();
const version = z.string().regex(/^\d+\.\d+\.\d+$/);

export const variantIdSchema = z.enum(variantIds);
export const quantizationSchema = z.enum(quantizations);
export const modalitySchema = z.enum(modalities);
export const platformSchema = z.enum(knownPlatforms);
export const backendSchema = z.enum(backends);
export const kvTypeSchema = z.enum(kvTypes);

/** Layers that hold a KV cache, and the width of K (= width of V) of one of them, in elements. */
const kvGroupSchema = z.strictObject({ layers: z.int().positive(), width: z.int().positive() });

export const architectureSchema = z.strictObject({
  layers: z.int().positive(),
  /** Sliding layers before each full-attention layer. */
  slidingPerFull: z.int().positive(),
  /** All full-attention layers, including those that reuse an earlier layer's KV. */
  fullLayers: z.int().positive(),
  /** The last layers, which hold no KV of their own. */
  sharedKvLayers: z.int().nonnegative(),
  kv: z.strictObject({ full: kvGroupSchema, sliding: kvGroupSchema }),
  windowTokens: tokens,
  trainedContextTokens: tokens,
  hiddenSize: z.int().positive(),
  queryHeads: z.int().positive(),
  kvHeads: z.strictObject({ sliding: z.int().positive(), full: z.int().positive() }),
  headSize: z.strictObject({ sliding: z.int().positive(), full: z.int().positive() }),
  /** Width of the per-layer embedding table of E2B and E4B; 0 without one. */
  perLayerEmbedding: z.int().nonnegative(),
  vocabulary: z.int().positive(),
  experts: z.strictObject({ count: z.int().positive(), used: z.int().positive() }).nullable(),
});

export const variantSchema = z.strictObject({
  id: variantIdSchema,
  name: z.string(),
  released: z.iso.date(),
  /** Parameter counts as Google states them; active: read for one token. */
  parameters: z.strictObject({ total: z.number().positive(), active: z.number().positive() }),
  architecture: architectureSchema,
  input: z.array(modalitySchema),
  /** BF16 projector (vision, audio): size of its file. */
  projector: z.strictObject({
    fileBytes: bytes,
    /** What llama-server counts in addition to its weights, warmed up with an image of 256 tokens. */
    scratchBytes: bytes,
    /** What reading the largest image (1,120 tokens) takes on top; null: not measured. */
    largeImageBytes: bytes.nullable(),
  }),
  /** Q8_0 file of the draft model (gemma4-assistant), from its shapes and the header below. */
  drafter: z.strictObject({ fileBytes: bytes }),
  /** Header of a GGUF file of this variant (vocabulary, settings): file size less tensors of Google's own Q4_0 file. */
  ggufMetadataBytes: bytes,
  /** Scores of the instruction-tuned model, thinking on; per cent unless the name says otherwise; null: not published. */
  benchmarks: z.strictObject(
    Object.fromEntries(benchmarkIds.map((id) => [id, z.number().nullable()])) as Record<
      (typeof benchmarkIds)[number],
      z.ZodNullable<z.ZodNumber>
    >,
  ),
  licence: z.string(),
  knowledgeCutoff: z.string(),
  sampling: z.strictObject({
    temperature: z.number(),
    topP: z.number(),
    topK: z.int(),
    repeatPenalty: z.number(),
  }),
  ...dated,
});

/** How a build's text model is made. stock: bytes by role are in weights.json. mlx: in mlx.json. opaque: only a size is known. remote: none. */
export const textSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('stock'),
    quantization: quantizationSchema,
    /** The per-layer table of E2B and E4B: as the quantization stores it, or kept in BF16 (library builds of April 2026). */
    perLayerEmbedding: z.enum(['stock', 'bf16', 'none']),
    /** Published size of the text model's file, where it is known and not the plain sum; monolithic files include the projector. */
    fileBytes: bytes.nullable(),
  }),
  z.strictObject({
    kind: z.literal('mlx'),
    layout: z.enum(mlxLayouts),
    /** The per-layer table of E2B and E4B; null for models without one. */
    perLayerTable: z.enum(mlxFormats).nullable(),
  }),
  z.strictObject({ kind: z.literal('opaque'), fileBytes: bytes.nullable() }),
  z.strictObject({ kind: z.literal('remote') }),
]);

export const buildSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-zA-Z0-9_.:@/+-]*$/),
  variant: variantIdSchema,
  /** What to give `ollama pull`. */
  tag: z.string(),
  /** Other names that fetch the same bytes. */
  aliases: z.array(z.string()),
  /** Where it comes from: the gemma4 library, or a repository of files on Hugging Face. */
  origin: z.enum(['library', 'huggingface']),
  /** Its usual name: Q4_K_M, QAT Q4_0, NVFP4. */
  quantization: z.string(),
  format: z.enum(['gguf', 'safetensors', 'remote']),
  runner: z.enum(['llamacpp', 'mlx', 'cloud']),
  text: textSchema,
  /** inline: inside the text model's file. separate: a layer of its own. none: text only. */
  projector: z.enum(['inline', 'separate', 'none']),
  /** Draft model for speculative decoding; bytes null when present but its size is not published. */
  drafter: z.strictObject({ fileBytes: bytes.nullable() }).nullable(),
  /** Where a tag was re-published with other bytes: A up to September 2026, B since 2026-09-30. null: never moved. */
  generation: z.enum(buildGenerations).nullable(),
  /** Published total of the download: exact bytes from a registry, or the rounded GB (1e9) that the site shows. */
  published: z.strictObject({ bytes: bytes.nullable(), gigabytes: z.number().positive().nullable() }),
  minimumOllama: version,
  /** null: every platform. */
  platforms: z.array(z.enum(['darwin-arm64'])).nullable(),
  input: z.array(modalitySchema),
  /** First twelve hex digits of manifest digests (what `ollama list` shows) and of layer digests. */
  digests: z.strictObject({ manifests: z.array(z.string()), layers: z.array(z.string()) }),
  /** Whether to offer it unasked. */
  recommendable: z.boolean(),
  /** What was inferred rather than read, in one sentence; null: nothing. */
  inferred: z.string().nullable(),
  ...dated,
});

export const deviceSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  vendor: z.enum(vendors),
  name: z.string(),
  aliases: z.array(z.string()),
  kind: z.enum(acceleratorKinds),
  class: z.enum(['desktop', 'laptop', 'workstation', 'server', 'chip', 'board', 'phone']),
  /** For a family without a row of its own for each device: what their names look like (lower case, trade marks off). */
  pattern: z.string().optional(),
  /** Sizes it is sold with, GiB; empty for a graphics part that takes what the computer has, and for a family. */
  memoryGiB: z.array(z.number().positive()),
  /** Apple: GPU cores that tell binned chips of one name apart. */
  gpuCores: z.array(z.int().positive()).nullable(),
  busWidthBits: z.int().positive().nullable(),
  /** Transfers per second and pin, mega: twice the memory clock that nvidia-smi shows (clocks.max.memory). */
  transfersMegaPerSecond: z.number().positive().nullable(),
  /** The vendor's own figure, GB/s (1e9), where clock x bus does not give it. */
  vendorBandwidthGBs: z.number().positive().nullable(),
  backend: backendSchema,
  /** CUDA compute capability or LLVM target; null where neither applies or it is not known. */
  architecture: z.string().nullable(),
  year: z.int().min(2010).max(2030),
  ...dated,
});

export const weightRowSchema = z.strictObject({
  tensorBytes: bytes,
  tokenEmbedding: bytes,
  tokenEmbeddingType: z.string(),
  perLayerEmbedding: bytes,
  other: bytes,
  /** One entry a layer: [dense bytes] or, with experts, [dense bytes, expert bytes]. */
  layers: z.array(z.array(bytes).min(1).max(2)),
});
export const weightsFileSchema = z.strictObject({ ...dated, rows: z.record(z.string(), weightRowSchema) });

export const shapes = { dated, bytes, tokens, version };

export type Architecture = z.infer<typeof architectureSchema>;
export type Variant = z.infer<typeof variantSchema>;
export type Build = z.infer<typeof buildSchema>;
export type DeviceSpec = z.infer<typeof deviceSchema>;
export type WeightRow = z.infer<typeof weightRowSchema>;
export type WeightsFile = z.infer<typeof weightsFileSchema>;
