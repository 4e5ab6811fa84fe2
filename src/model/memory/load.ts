import { FitError } from '../../errors.ts';
import { type KvType, kvTypes, type Load } from '../types.ts';

/** llama.cpp rounds the cells of a KV cache up to this many tokens (b10488, src/llama-kv-cache.cpp). */
export const cellPadding = 256;

/** Rounds x up to a multiple of n. */
export function pad(x: number, n: number): number {
  return Math.ceil(x / n) * n;
}

/** Cells of one sequence's full-attention cache, in tokens. */
export function fullCells({ contextTokensTotal, sequences }: Load): number {
  return pad(Math.floor(contextTokensTotal / sequences), cellPadding);
}

/** Cells of one sequence's sliding-window cache: the window and one micro-batch, never more than the full cache. */
export function slidingCells(load: Load, windowTokens: number): number {
  return Math.min(fullCells(load), pad(windowTokens + load.microBatch, cellPadding));
}

/** Tokens of the largest batch that scratch is reserved for: the micro-batch, rounded up to a whole number per sequence. */
export function batchTokens({ microBatch, sequences }: Load): number {
  return pad(microBatch, sequences);
}

/** A load of which only the context has to be said. */
export type OpenLoad = Partial<Load> & Pick<Load, 'contextTokensTotal'>;

/** Completes and checks a load. Throws FitError `bad-number` (or `usage` for an impossible combination), naming the field. */
export function completeLoad(input: OpenLoad): Load {
  const { contextTokensTotal, sequences = 1, microBatch = 512, kvType = 'f16', flashAttention = true } = input;
  requireWhole('contextTokens', contextTokensTotal);
  requireWhole('sequences', sequences);
  requireWhole('microBatch', microBatch);
  if (sequences > contextTokensTotal) {
    throw new FitError('bad-number', `${sequences} sequences do not fit a context of ${contextTokensTotal} tokens.`);
  }
  requireKvType(kvType);
  if (!flashAttention && kvType !== 'f16') {
    throw new FitError(
      'usage',
      `A ${kvType} KV cache needs flash attention.`,
      'Use an f16 KV cache, or leave flash attention on.',
    );
  }
  return {
    contextTokensTotal,
    sequences,
    microBatch: Math.min(microBatch, contextTokensTotal),
    kvType,
    flashAttention,
  };
}

function requireWhole(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new FitError('bad-number', `${name} must be a whole number of at least 1, not ${value}.`);
}

function requireKvType(kvType: KvType): void {
  if (kvTypes.includes(kvType)) return;
  throw new FitError('usage', `"${kvType}" is not a KV cache type.`, `Choose one of ${kvTypes.join(', ')}.`);
}
