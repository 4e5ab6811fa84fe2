import { type ExpertSplit, expertStreamingComputeBytes } from './compute-experts.ts';
import { fullComputeBytes, hostComputeBytes, pipelineComputeBytes } from './compute-full.ts';
import { scratchBesideCopies, slidingStreamingComputeBytes, streamingComputeBytes } from './compute-split.ts';
import { overflowBytes } from './expert-parts.ts';
import { kvBytesOfBlock } from './kv-cache.ts';
import { type Home, host, isFullOffload, type Layout } from './layout.ts';
import { blockBytes, isFullAttention, kvOwner, type ModelShape, outputNormBytes } from './shape.ts';
import type { Load, Parts, VariantId } from './types.ts';

export interface Memory {
  devices: Parts[];
  host: Parts;
}

/** What a load takes on each device and in host memory, bytes, for a given layout: the one place where the parts are put together. */
export function memoryOf(shape: ModelShape, load: Load, layout: Layout): Memory {
  const weights = weightsByHome(shape, layout);
  const kv = kvByHome(shape, load, layout);
  const devices = Array.from({ length: layout.deviceCount }, (_, device) => ({
    weightsBytes: weights.of(device),
    kvCacheBytes: kv.of(device),
    computeBytes: deviceComputeBytes(shape, load, layout, device),
  }));
  return {
    devices,
    host: { weightsBytes: weights.of(host), kvCacheBytes: kv.of(host), computeBytes: hostScratch(shape, load, layout) },
  };
}

/** Sums of bytes by home, rounded once. */
function tally(): { add(home: Home, bytes: number): void; of(home: Home): number } {
  const sums = new Map<Home, number>();
  return {
    add: (home, bytes) => sums.set(home, (sums.get(home) ?? 0) + bytes),
    of: (home) => Math.round(sums.get(home) ?? 0),
  };
}

/**
 * The head is tied to the embedding and gets a copy of its own; the embedding itself and the per-layer table are looked up row by
 * row from RAM and never leave the host.
 */
function weightsByHome(shape: ModelShape, layout: Layout) {
  const { tokenEmbedding, perLayerEmbedding, other } = shape.weights;
  const norm = outputNormBytes(shape);
  const sums = tally();
  sums.add(host, tokenEmbedding + perLayerEmbedding);
  sums.add(layout.head, tokenEmbedding + norm);
  sums.add(layout.blocks[0]?.home ?? host, other - norm);
  for (const [block, { home, overflow }] of layout.blocks.entries()) {
    const { denseBytes, expertBytes } = blockBytes(shape, block);
    const elsewhere = overflow === null ? 0 : overflowBytes(shape, block, overflow.part);
    sums.add(home, denseBytes + expertBytes - elsewhere);
    if (overflow !== null) sums.add(overflow.to, elsewhere);
  }
  return sums;
}

function kvByHome({ architecture }: ModelShape, load: Load, layout: Layout) {
  const sums = tally();
  for (const [block, { home }] of layout.blocks.entries()) sums.add(home, kvBytesOfBlock(architecture, block, load));
  return sums;
}

/** Several devices that hold everything between them work in a pipeline, with copies of each input (llama.cpp, GGML_SCHED_MAX_COPIES). */
function pipelineCopies(layout: Layout): number {
  const whole = isFullOffload(layout) && layout.blocks.every(({ overflow }) => overflow === null);
  return whole && usedDevices(layout).size > 1 ? maxCopies : 1;
}
const maxCopies = 4;

function deviceComputeBytes(shape: ModelShape, load: Load, layout: Layout, device: number): number {
  const used = usedDevices(layout);
  const first = used.size === 0 ? 0 : Math.min(...used);
  const copies = pipelineCopies(layout);
  const foreign = foreignKvBytes(shape, load, layout, device, copies);
  if (copies > 1) {
    const place = device === first ? 'first' : foreign > 0 ? 'reader' : 'next';
    return pipelineComputeBytes(shape, load, place, copies) + foreign;
  }
  const own = used.has(device) || used.size === 0 ? fullComputeBytes(shape.variant, shape.architecture, load) : 0;
  const split = device === 0 ? splitBytes(shape, load, layout, foreign === 0) : 0;
  if (split === 0) return own + foreign;
  return Math.max(split, foreign > 0 ? Math.min(own, scratchBesideCopies(shape, load)) + foreign : 0);
}

/** Devices that hold anything. */
function usedDevices(layout: Layout): Set<Home> {
  return new Set([...layout.blocks.map(({ home }) => home), layout.head].filter((home) => home !== host));
}

/** Blocks (and experts) on the CPU are computed by device 0, even one that holds nothing: it takes the copies of their weights. */
function splitBytes(shape: ModelShape, load: Load, layout: Layout, ownKvOnly: boolean): number {
  const { architecture } = shape;
  const onHost = layout.blocks.flatMap(({ home }, block) => (home === host ? [block] : []));
  if (onHost.some((block) => isFullAttention(architecture, block)))
    return streamingComputeBytes(shape, load, ownKvOnly && sharedKvOnHost(shape, onHost));
  const split = expertSplit(shape, layout);
  if (onHost.length > 0) return slidingStreamingComputeBytes(shape, load, split);
  const expertsOnHost = layout.blocks.some(({ overflow }) => overflow?.to === host);
  return expertsOnHost ? expertStreamingComputeBytes(shape, load, split) : 0;
}

/** Whether a KV cache that later blocks share lies on the host. */
function sharedKvOnHost({ architecture }: ModelShape, onHost: readonly number[]): boolean {
  const { layers, sharedKvLayers } = architecture;
  return sharedKvLayers > 0 && onHost.includes(layers - sharedKvLayers - 2);
}

function expertSplit(shape: ModelShape, { blocks }: Layout): ExpertSplit {
  const heaviest = Math.max(...shape.weights.layers.map(([, experts = 0]) => experts));
  const heavyDown = blocks.some(
    ({ overflow }, block) => overflow?.part === 'down' && blockBytes(shape, block).expertBytes === heaviest,
  );
  const whole = blocks.filter(({ home, overflow }) => home !== host && overflow === null).length;
  return {
    heavyDown,
    elsewhere: !blocks.some(({ home, overflow }) => home === 0 && overflow?.to === host),
    noneWhole: shape.architecture.experts !== null && whole <= 2 && blocks.some(({ overflow }) => overflow !== null),
  };
}

/** E2B and E4B: full-attention blocks that reuse the KV cache of a block elsewhere hold a copy of it, bytes; outside a pipeline the first block only a part. */
function foreignKvBytes(
  { architecture }: ModelShape,
  load: Load,
  layout: Layout,
  device: number,
  copies: number,
): number {
  const own = layout.blocks.flatMap(({ home }, block) => (home === device ? [block] : []));
  let bytes = 0;
  for (const block of own) {
    const owner = kvOwner(architecture, block);
    if (owner === block || !isFullAttention(architecture, block) || layout.blocks[owner]?.home === device) continue;
    const copy = kvBytesOfBlock(architecture, owner, load);
    bytes +=
      copies === 1 && block === own[0] ? Math.max(copy / 2, copy - firstCopyPerToken * load.microBatch) : copies * copy;
  }
  return bytes;
}
/** Bytes per token of the micro-batch that the first copied cache shares with other scratch (set C and P of e2b, e4b). */
const firstCopyPerToken = 80_000;

/** Bytes per token of the micro-batch that host memory takes more when blocks lie on the CPU (set C and P). */
const splitHostPerToken: Record<VariantId, number> = { e2b: 0, e4b: 0, '12b': 1024, '26b': 5120, '31b': 11_264 };

function hostScratch({ variant, architecture }: ModelShape, load: Load, layout: Layout): number {
  const split = layout.blocks.some(({ home }) => home === host);
  const base = hostComputeBytes(variant, architecture, load, pipelineCopies(layout));
  return base + (split ? load.microBatch * splitHostPerToken[variant] : 0);
}
