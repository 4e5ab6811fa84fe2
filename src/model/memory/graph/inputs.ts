import { rotationOf } from '../../../data/compute-buffers.ts';
import type { Load } from '../../types.ts';
import { batchTokens, engineOf, fullCells, slidingCells, streamsOf } from '../load.ts';
import type { ModelShape } from '../shape.ts';
import type { Graph } from './graph.ts';
import { type Dimensions, input, stored, Tensor, view } from './tensor.ts';

/** Matrices that rotate Q, K and V of a quantized cache; null where there are none. */
export interface Rotation {
  key: Tensor;
  value: Tensor;
}

/** What one kind of layer shares: its cache, its mask and the places where a batch is stored. */
export interface LayerKind {
  full: boolean;
  headSize: number;
  kvHeads: number;
  cells: number;
  mask: Tensor;
  keyPlaces: Tensor;
  valuePlaces: Tensor;
  /** Rotation among the inputs of the batch (up to v0.6.0). */
  rotation: Rotation | null;
}

/** All that the blocks of a graph are built from. */
export interface Building {
  shape: ModelShape;
  load: Load;
  graph: Graph;
  tokens: number;
  streams: number;
  positions: Tensor;
  /** Rotations that lie beside the caches, by the block that holds them. */
  rotations: Map<number, Rotation>;
  full: LayerKind;
  sliding: LayerKind;
}

const [i32, i64, f16] = [4, 8, 2];

/** Rows of a table that stays in host memory, looked up by token (the embedding; the per-layer table). */
export function lookup(shape: ModelShape, width: number, ids: Tensor): Tensor {
  const table = stored('weight', 'host', [width, shape.architecture.vocabulary, 1, 1]);
  return new Tensor('get_rows', [width, ids.dimensions[0], 1, 1], [table, ids]);
}

export const tokenIds = (tokens: number): Tensor => input([tokens, 1, 1, 1], tokens * i32);
export const outputIds = (outputs: number): Tensor => input([outputs, 1, 1, 1], outputs * i32);

/** Hidden states of a batch before the first block. From v0.6.0 on a batch may mix tokens and embeddings, and both ways are in the graph. */
export function embeddedTokens({ shape, load, graph, tokens }: Building): Tensor {
  const hidden = shape.architecture.hiddenSize;
  const looked = graph.expand(lookup(shape, hidden, tokenIds(tokens)));
  graph.expand(input([hidden, tokens, 1, 1]));
  if (engineOf(load) === 'v0.5.0') return new Tensor('element', [hidden, tokens, 1, 1], [looked]);
  const ids = tokenIds(tokens);
  const slots = input([tokens, 1, 1, 1], tokens * i64);
  const copied = new Tensor('other', [hidden, tokens, 1, 1], [input([hidden, tokens, 1, 1])]);
  const mixed = new Tensor('set_rows', copied.dimensions, [lookup(shape, hidden, ids), slots, copied]);
  mixed.root = copied;
  graph.expand(mixed);
  const scale = input([1, tokens, 1, 1]);
  return graph.expand(new Tensor('element', [hidden, tokens, 1, 1], [looked, scale]));
}

/** What both kinds of layers share in a batch (llama-graph.cpp, build_attn_inp_kv_iswa). */
export function layerKind(graph: Graph, shape: ModelShape, load: Load, full: boolean): LayerKind {
  const { headSize, kvHeads, windowTokens, kv } = shape.architecture;
  const tokens = batchTokens(load);
  const cells = full ? fullCells(load) : slidingCells(load, windowTokens);
  const size = full ? headSize.full : headSize.sliding;
  const streams = streamsOf(load);
  const elementBytes = load.flashAttention ? f16 : 4;
  const rotates = load.kvType !== 'f16' && rotationOf(engineOf(load)) === 'input';
  const widest = Math.max(kv.full.width, kv.sliding.width);
  return {
    full,
    headSize: size,
    kvHeads: full ? kvHeads.full : kvHeads.sliding,
    cells,
    mask: graph.grows(input([cells, tokens / streams, 1, streams]), full, tokens * elementBytes),
    keyPlaces: input([tokens, 1, 1, 1], tokens * i64),
    valuePlaces: input([tokens, 1, 1, 1], tokens * i64 * (load.flashAttention ? 1 : widest)),
    rotation: rotates ? { key: square(size), value: square(64) } : null,
  };
}

const square = (size: number): Tensor => input([size, size, 1, 1]);

/** Per-layer inputs of E2B and E4B as they are looked up. From v0.8.0 on they are scaled where they lie, before they are reshaped. */
export function lookedUpPerLayer({ shape, load, graph, tokens }: Building): Tensor {
  const { perLayerEmbedding, layers } = shape.architecture;
  const rows = lookup(shape, perLayerEmbedding * layers, tokenIds(tokens));
  const byLayer = (of: Tensor) => view(of, [perLayerEmbedding, layers, tokens, 1]);
  const scaled = (of: Tensor) => new Tensor('element', of.dimensions, [of]);
  return graph.expand(engineOf(load) === 'v0.8.0' ? byLayer(scaled(rows)) : scaled(byLayer(rows)));
}

/** The same once the hidden states are known: what each block adds. */
export function projectedPerLayer({ shape, tokens }: Building, hidden: Tensor, looked: Tensor): Tensor {
  const { perLayerEmbedding: width, layers, hiddenSize } = shape.architecture;
  const bf16 = 2;
  const weight = (dimensions: Dimensions, bytes: number) =>
    stored('weight', { block: 0, part: 'attention' }, dimensions, bytes);
  const projection = weight([hiddenSize, width * layers, 1, 1], hiddenSize * width * layers * bf16);
  const projected = new Tensor('mul_mat', [width * layers, tokens, 1, 1], [projection, hidden]);
  const scaled = new Tensor('element', projected.dimensions, [projected]);
  const norm = new Tensor('element', [width, layers, tokens, 1], [view(scaled, [width, layers, tokens, 1])]);
  const weighed = new Tensor('element', norm.dimensions, [norm, weight([width, 1, 1, 1], width * 4)]);
  const sum = new Tensor('element', norm.dimensions, [weighed, looked]);
  const half = new Tensor('element', norm.dimensions, [sum]);
  return new Tensor('other', [width, tokens, layers, 1], [view(half, [width, tokens, layers, 1], half.bytes, true)]);
}
