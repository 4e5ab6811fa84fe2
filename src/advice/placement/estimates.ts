import { type LlamaPlacement, placeShape as place } from '../../model/fit/place.ts';
import { type Estimate, estimateShape as estimate } from '../../model/memory/estimate.ts';
import type { ModelShape } from '../../model/memory/shape.ts';
import type { Load } from '../../model/types.ts';

/** Answers of one shape are kept up to this many; ceilings ask the same questions again and again. */
const mostKept = 4096;

const estimates = new WeakMap<ModelShape, Map<string, Estimate>>();
const placements = new WeakMap<ModelShape, Map<string, LlamaPlacement>>();

/** estimateShape with everything on one device, remembered. The answer is shared: do not change it. */
export function estimateFullOffload(shape: ModelShape, load: Load): Estimate {
  return remember(estimates, shape, keyOf(load), () => estimate(shape, load));
}

/** estimateShape with that many layers on one device, remembered. The answer is shared: do not change it. */
export function estimateLayers(shape: ModelShape, load: Load, gpuLayers: number): Estimate {
  return remember(estimates, shape, `${keyOf(load)} ${gpuLayers}`, () => estimate(shape, load, gpuLayers));
}

/** placeShape, remembered. The answer is shared: do not change it. */
export function placeOn(
  shape: ModelShape,
  load: Load,
  devices: readonly { freeBytes: number; marginBytes: number }[],
): LlamaPlacement {
  const rooms = devices.map(({ freeBytes, marginBytes }) => `${freeBytes}-${marginBytes}`);
  return remember(placements, shape, `${keyOf(load)} ${rooms.join()}`, () => place(shape, load, devices));
}

function keyOf({ contextTokensTotal, sequences, microBatch, kvType, flashAttention, engine, backend }: Load): string {
  return `${contextTokensTotal} ${sequences} ${microBatch} ${kvType} ${flashAttention} ${engine} ${backend}`;
}

function remember<T>(all: WeakMap<ModelShape, Map<string, T>>, shape: ModelShape, key: string, make: () => T): T {
  const kept = all.get(shape) ?? new Map<string, T>();
  const found = kept.get(key);
  if (found !== undefined) return found;
  if (kept.size >= mostKept) kept.clear();
  const made = make();
  kept.set(key, made);
  all.set(shape, kept);
  return made;
}
