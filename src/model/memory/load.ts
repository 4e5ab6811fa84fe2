import { copiesKvOnBuild, defaultEngine, type Fusion, fusesOnBuild, lastBuildOf } from '../../data/engines.ts';
import { type Engine, engines } from '../../data/ids.ts';
import { FitError } from '../../errors.ts';
import { type KvType, kvTypes, type Load } from '../types.ts';

/** llama.cpp rounds the cells of a KV cache up to this many tokens (b10488, src/llama-kv-cache.cpp). */
export const cellPadding = 256;

/** Rounds x up to a multiple of n. */
export function pad(x: number, n: number): number {
  return Math.ceil(x / n) * n;
}

/** The generation of llama.cpp that a load runs on. */
export function engineOf({ engine }: Load): Engine {
  return engine ?? defaultEngine;
}

/** Caches beside each other: one for each sequence, or one for all of them. */
export function streamsOf({ sequences, kvUnified = false }: Load): number {
  return kvUnified ? 1 : sequences;
}

/** Cells of one full-attention cache, in tokens. */
export function fullCells(load: Load): number {
  return pad(Math.floor(load.contextTokensTotal / streamsOf(load)), cellPadding);
}

/**
 * Cells of one sliding-window cache: a window for each sequence in it and one micro-batch, never more than the full cache; as many
 * as that when it is asked for in full size (--swa-full).
 */
export function slidingCells(load: Load, windowTokens: number): number {
  if (load.swaFull === true) return fullCells(load);
  const windows = load.sequences / streamsOf(load);
  return Math.min(fullCells(load), pad(windows * windowTokens + load.microBatch, cellPadding));
}

/** Tokens of the largest batch that memory is reserved for: the micro-batch, rounded up to a whole number per sequence. */
export function batchTokens(load: Load): number {
  return pad(load.microBatch, load.sequences);
}

/** Whether flash attention reserves f16 copies of the cache: CUDA and ROCm where it is quantized, Metal from b10630 on for any. */
export function keepsKvCopies(load: Load): boolean {
  const { backend, kvType, flashAttention } = load;
  return flashAttention && backend !== undefined && copiesKvOnBuild(kvType, backend, buildOf(load));
}

/** Whether the device computes a step over the experts at once, and keeps what it reads until then. */
export function fusesExperts(fusion: Fusion, load: Load): boolean {
  return load.backend !== undefined && fusesOnBuild(fusion, load.backend, buildOf(load));
}

function buildOf(load: Load): string {
  return load.llamaCpp ?? lastBuildOf(engineOf(load));
}

/** A load of which only the context has to be said. */
export type OpenLoad = Partial<Load> & Pick<Load, 'contextTokensTotal'>;

/** Source: llama.cpp src/llama-cparams.h, LLAMA_MAX_SEQ. */
export const mostSequences = 256;

/** Completes and checks a load. Throws FitError `bad-number` (or `usage` for an impossible combination), naming the field. */
export function completeLoad(input: OpenLoad): Load {
  const { contextTokensTotal, sequences = 1, microBatch = 512, kvType = 'f16', flashAttention = true } = input;
  const { engine = defaultEngine, swaFull = false, kvUnified = false, backend, llamaCpp } = input;
  requireWhole('contextTokens', contextTokensTotal);
  requireWhole('sequences', sequences);
  requireWhole('microBatch', microBatch);
  if (sequences > mostSequences) {
    throw new FitError(
      'bad-number',
      `llama.cpp serves ${mostSequences} conversations at a time at most, not ${sequences}.`,
      'Several servers share more.',
    );
  }
  if (sequences > contextTokensTotal) {
    throw new FitError('bad-number', `${sequences} sequences do not fit a context of ${contextTokensTotal} tokens.`);
  }
  requireKvType(kvType);
  requireEngine(engine);
  if (llamaCpp !== undefined) requireBuild(llamaCpp);
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
    engine,
    swaFull,
    kvUnified,
    ...(llamaCpp !== undefined && { llamaCpp }),
    ...(backend !== undefined && { backend }),
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

function requireEngine(engine: Engine): void {
  if (engines.includes(engine)) return;
  throw new FitError(
    'usage',
    `"${engine}" is not a known generation of llama.cpp.`,
    `Choose one of ${engines.join(', ')}.`,
  );
}

function requireBuild(llamaCpp: string): void {
  if (/^b\d+$/.test(llamaCpp)) return;
  throw new FitError('usage', `"${llamaCpp}" is not a build of llama.cpp.`, 'Name it as its releases do, e.g. b10864.');
}

/** One text for each load. */
export function loadKey({ contextTokensTotal, sequences, microBatch, kvType, flashAttention, ...rest }: Load): string {
  const { engine, llamaCpp, swaFull, kvUnified, backend } = rest;
  const asked = `${contextTokensTotal} ${sequences} ${microBatch} ${kvType} ${flashAttention}`;
  return `${asked} ${engine} ${llamaCpp} ${swaFull} ${kvUnified} ${backend}`;
}
