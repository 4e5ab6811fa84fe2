import type { Load, Parts } from '../types.ts';
import { computeBuffers } from './compute-buffers.ts';
import { overflowBytes } from './expert-parts.ts';
import { kvBytesOfKind } from './kv-cache.ts';
import { type Home, host, type Layout } from './layout.ts';
import { holdsKv, isFullAttention, type ModelShape, outputNormBytes } from './shape.ts';

export interface Memory {
  devices: Parts[];
  host: Parts;
}

/** What a load takes on each device and in host memory, bytes, for a given layout: the one place where the parts are put together. */
export function memoryOf(shape: ModelShape, load: Load, layout: Layout): Memory {
  const weights = weightsByHome(shape, layout);
  const kv = kvByHome(shape, load, layout);
  const compute = computeBuffers(shape, load, layout);
  const parts = (home: Home, computeBytes: number): Parts => ({
    weightsBytes: weights.of(home),
    kvCacheBytes: kv.of(home),
    computeBytes,
  });
  return { devices: compute.devices.map((bytes, device) => parts(device, bytes)), host: parts(host, compute.host) };
}

/** Weights and KV cache of each device, bytes: what a layout takes at least, without its compute buffers. */
export function heldByDevices(shape: ModelShape, load: Load, layout: Layout): number[] {
  const weights = weightsByHome(shape, layout);
  const kv = kvByHome(shape, load, layout);
  return Array.from({ length: layout.deviceCount }, (_, device) => weights.of(device) + kv.of(device));
}

/** Sums of bytes by home, rounded once. */
function tally(deviceCount: number): { add(home: Home, bytes: number): void; of(home: Home): number } {
  const sums = new Float64Array(deviceCount + 1);
  const at = (home: Home) => home - host;
  return {
    add: (home, bytes) => {
      sums[at(home)] = (sums[at(home)] ?? 0) + bytes;
    },
    of: (home) => Math.round(sums[at(home)] ?? 0),
  };
}

/**
 * The head is tied to the embedding and gets a copy of its own; the embedding itself and the per-layer table are looked up row by
 * row from RAM and never leave the host.
 */
function weightsByHome(shape: ModelShape, layout: Layout) {
  const { tokenEmbedding, perLayerEmbedding, other, layers } = shape.weights;
  const norm = outputNormBytes(shape);
  const sums = tally(layout.deviceCount);
  sums.add(host, tokenEmbedding + perLayerEmbedding);
  sums.add(layout.head, tokenEmbedding + norm);
  sums.add(layout.blocks[0]?.home ?? host, other - norm);
  layout.blocks.forEach(({ home, overflow }, block) => {
    const [denseBytes = 0, expertBytes = 0] = layers[block] ?? [];
    const elsewhere = overflow === null ? 0 : overflowBytes(shape, block, overflow.part);
    sums.add(home, denseBytes + expertBytes - elsewhere);
    if (overflow !== null) sums.add(overflow.to, elsewhere);
  });
  return sums;
}

/** Devices pad the end of a quantized cache; host memory does not. */
function kvByHome({ architecture }: ModelShape, load: Load, layout: Layout) {
  const sums = tally(layout.deviceCount);
  const bytes = [false, true].map((padded) => ({
    full: kvBytesOfKind(architecture, true, load, padded),
    sliding: kvBytesOfKind(architecture, false, load, padded),
  }));
  layout.blocks.forEach(({ home }, block) => {
    if (!holdsKv(architecture, block)) return;
    const { full = 0, sliding = 0 } = bytes[home === host ? 0 : 1] ?? {};
    sums.add(home, isFullAttention(architecture, block) ? full : sliding);
  });
  return sums;
}
