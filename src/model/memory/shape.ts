import type { Architecture, WeightRow } from '../../data/schema.ts';
import { variantOf, weightsOf } from '../../data/tables.ts';
import { FitError } from '../../errors.ts';
import { type Quantization, quantizations, type VariantId } from '../types.ts';
import { requireVariant } from '../variant-name.ts';

/** What the memory of a model follows from: its architecture and the bytes of its tensors by role. */
export interface ModelShape {
  variant: VariantId;
  /** The stock recipe; null for a custom file. */
  quantization: Quantization | null;
  architecture: Architecture;
  weights: WeightRow;
}

/**
 * Shape of a stock llama.cpp quantization (`data/weights.json`).
 * Throws FitError `unknown-variant` or `unknown-quantization`.
 */
export function stockShape(variant: VariantId, quantization: Quantization): ModelShape {
  requireVariant(variant);
  const weights = quantizations.includes(quantization) ? weightsOf(variant, quantization) : null;
  if (weights === null) {
    throw new FitError(
      'unknown-quantization',
      `No sizes are known for ${variant} at "${quantization}".`,
      `Choose one of ${quantizations.join(', ')}.`,
    );
  }
  return { variant, quantization, architecture: variantOf(variant).architecture, weights };
}

/** Whether block i attends to everything: the last one of each period does. */
export function isFullAttention({ slidingPerFull }: Architecture, block: number): boolean {
  return (block + 1) % (slidingPerFull + 1) === 0;
}

/** Whether block i keeps a KV cache of its own; the last `sharedKvLayers` of E2B and E4B reuse an earlier one. */
export function holdsKv({ layers, sharedKvLayers }: Architecture, block: number): boolean {
  return block < layers - sharedKvLayers;
}

/** The block whose KV cache block i reads: itself, or the last one of its kind that holds one. */
export function kvOwner(architecture: Architecture, block: number): number {
  if (holdsKv(architecture, block)) return block;
  const full = isFullAttention(architecture, block);
  let owner = architecture.layers - architecture.sharedKvLayers - 1;
  while (isFullAttention(architecture, owner) !== full) owner -= 1;
  return owner;
}

/** Bytes of the output norm, which lies with the head; the rest of `other` lies with the first block. */
export function outputNormBytes({ architecture, weights }: ModelShape): number {
  return Math.min(weights.other, architecture.hiddenSize * 4);
}

/** Dense and expert bytes of block i. */
export function blockBytes({ weights }: ModelShape, block: number): { denseBytes: number; expertBytes: number } {
  const [denseBytes = 0, expertBytes = 0] = weights.layers[block] ?? [];
  return { denseBytes, expertBytes };
}
