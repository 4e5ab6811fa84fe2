import * as z from 'zod';
import { engines, variantIds } from './ids.ts';

const dated = { source: z.string().min(10), date: z.iso.date() };
const perToken = z.number().positive();

/** Bytes per token of the micro-batch, without the attention masks, of one model under one generation of llama.cpp. */
export const computeBufferRowSchema = z.strictObject({
  engine: z.enum(engines),
  variant: z.enum(variantIds),
  /** A device that holds everything, and what a quantized KV cache adds there (may be negative). */
  device: perToken,
  deviceQuantizedKv: z.number(),
  /** The same on Vulkan, which copies the per-layer input; null: the same. */
  deviceVulkan: perToken.nullable(),
  /** Host memory beside a device that holds everything. */
  host: perToken,
  /** Host memory where no device is used, with an f16 cache and with a quantized one; what the graph takes (model/memory/graph). */
  cpu: z.strictObject({ f16: perToken, quantized: perToken }),
  /** The attention of a device that keeps f16 copies of K and V, without the copies: of an f16 cache (Metal), of a quantized one. */
  attentionWithCopies: z.strictObject({ f16: perToken, quantized: perToken }),
  /** Without flash attention: the phase of the feed-forward layers, and that of attention without its scores. */
  noFlash: z.strictObject({
    deviceFeedForward: perToken,
    deviceAttention: perToken,
    host: perToken,
  }),
  /** The draft model's own buffers. */
  drafter: z.strictObject({ device: perToken, host: perToken, cpu: perToken }),
});

export const computeBuffersSchema = z.strictObject({
  ...dated,
  unit: z.string(),
  engines: z.array(
    z.strictObject({
      engine: z.enum(engines),
      /** Where the matrices that rotate a quantized cache lie: an input of each batch, or beside the cache of each layer. */
      rotation: z.enum(['input', 'cache']),
      ...dated,
    }),
  ),
  rows: z.array(computeBufferRowSchema),
});

export type ComputeBufferRow = z.infer<typeof computeBufferRowSchema>;
export type ComputeBuffers = z.infer<typeof computeBuffersSchema>;
