import type { Architecture, WeightRow } from '../../data/schema.ts';
import { memoize } from '../../memoize.ts';
import type { Load, Parts } from '../types.ts';
import { computeBuffers } from './compute-buffers.ts';
import { overflowBytes } from './expert-parts.ts';
import { kvBytesOfKind } from './kv-cache.ts';
import { type Home, host, type Layout, type Run } from './layout.ts';
import { between, runningSums } from './running-sums.ts';
import { holdsKv, isFullAttention, type ModelShape, outputNormBytes } from './shape.ts';

export interface Memory {
  devices: Parts[];
  host: Parts;
}

/** What a load takes on each device and in host memory, bytes, for a given layout: the one place where the parts are put together. */
export function memoryOf(shape: ModelShape, load: Load, layout: Layout): Memory {
  const weights = weightsOf(shape)(layout);
  const kv = kvOf(shape, load)(layout);
  const compute = computeBuffers(shape, load, layout);
  const parts = (home: Home, computeBytes: number): Parts => ({
    weightsBytes: weights.of(home),
    kvCacheBytes: kv.of(home),
    computeBytes,
  });
  return { devices: compute.devices.map((bytes, device) => parts(device, bytes)), host: parts(host, compute.host) };
}

/** Weights and KV cache of each device, bytes: what a layout takes at least, without its compute buffers. Searches ask for many layouts. */
export function heldByDevices(shape: ModelShape, load: Load): (layout: Layout) => number[] {
  const weightsIn = weightsOf(shape);
  const kvIn = kvOf(shape, load);
  return (layout) => {
    const weights = weightsIn(layout);
    const kv = kvIn(layout);
    return Array.from({ length: layout.deviceCount }, (_, device) => weights.of(device) + kv.of(device));
  };
}

/** Bytes by home, rounded once. */
class Tally {
  private readonly sums: number[];

  constructor(deviceCount: number) {
    this.sums = new Array(deviceCount + 1).fill(0);
  }

  add(home: Home, bytes: number): void {
    this.sums[home - host] = (this.sums[home - host] as number) + bytes;
  }

  of(home: Home): number {
    return Math.round(this.sums[home - host] as number);
  }
}

/**
 * The head is tied to the embedding and gets a copy of its own; the embedding itself and the per-layer table are looked up row by
 * row from RAM and never leave the host.
 */
function weightsOf(shape: ModelShape): (layout: Layout) => Tally {
  const { tokenEmbedding, perLayerEmbedding, other } = shape.weights;
  const norm = outputNormBytes(shape);
  const sums = blockSumsOf(shape.weights);
  return ({ deviceCount, runs, head }) => {
    const tally = new Tally(deviceCount);
    tally.add(host, tokenEmbedding + perLayerEmbedding);
    tally.add(head, tokenEmbedding + norm);
    tally.add(runs[0]?.home ?? host, other - norm);
    let from = 0;
    for (const run of runs) {
      const to = from + run.blocks;
      const elsewhere = overflowingBytes(shape, run, from);
      tally.add(run.home, between(sums, from, to) - elsewhere);
      if (run.overflow !== null) tally.add(run.overflow.to, elsewhere);
      from = to;
    }
    return tally;
  };
}

/** Running sums over the blocks, made once for each row of the table: searches ask thousands of times. */
const blockSumsOf = memoize(({ layers }: WeightRow) =>
  runningSums(layers.map(([denseBytes = 0, expertBytes = 0]) => denseBytes + expertBytes)),
);

function overflowingBytes(shape: ModelShape, { blocks, overflow }: Run, from: number): number {
  if (overflow === null) return 0;
  let bytes = 0;
  for (let block = from; block < from + blocks; block += 1) bytes += overflowBytes(shape, block, overflow.part);
  return bytes;
}

/** Devices pad the end of a quantized cache; host memory does not. */
function kvOf({ architecture }: ModelShape, load: Load): (layout: Layout) => Tally {
  const caches = cachesOf(architecture);
  const onHost = kvBytesByKind(architecture, load, false);
  const onDevice = kvBytesByKind(architecture, load, true);
  return ({ deviceCount, runs }) => {
    const tally = new Tally(deviceCount);
    let from = 0;
    for (const { home, blocks } of runs) {
      const to = from + blocks;
      const bytes = home === host ? onHost : onDevice;
      tally.add(home, between(caches.full, from, to) * bytes.full + between(caches.sliding, from, to) * bytes.sliding);
      from = to;
    }
    return tally;
  };
}

interface KvByKind<Each> {
  full: Each;
  sliding: Each;
}

/** Running counts of the blocks that hold a cache of their own. */
const cachesOf = memoize((architecture: Architecture): KvByKind<readonly number[]> => {
  const counts = (full: boolean) =>
    Array.from({ length: architecture.layers }, (_, block) =>
      Number(holdsKv(architecture, block) && isFullAttention(architecture, block) === full),
    );
  return { full: runningSums(counts(true)), sliding: runningSums(counts(false)) };
});

function kvBytesByKind(architecture: Architecture, load: Load, padded: boolean): KvByKind<number> {
  return {
    full: kvBytesOfKind(architecture, true, load, padded),
    sliding: kvBytesOfKind(architecture, false, load, padded),
  };
}
