import { rotationOf } from '../../../data/compute-buffers.ts';
import { kvBytesPerElement } from '../../../data/ids.ts';
import { engineOf, keepsKvCopies } from '../load.ts';
import { holdsKv, kvOwner } from '../shape.ts';
import { type Block, bytesOfType, f16Bytes, rowPadding } from './block.ts';
import type { Rotation } from './inputs.ts';
import { type Dimensions, stored, Tensor, view } from './tensor.ts';
import { hasValue } from './weights.ts';

/** Attention of a block, with what it stores in the cache (llama.cpp src/models/gemma4.cpp, build_attn of src/llama-graph.cpp). */
export function attention(block: Block, before: Tensor): Tensor {
  const { building, kind, index } = block;
  const { shape, graph, tokens, load } = building;
  const { hiddenSize: hidden, queryHeads } = shape.architecture;
  const { headSize, kvHeads } = kind;
  const normed = block.norm(before);
  const rotation = rotationFor(block);
  const frequencies = kind.full ? block.vector(headSize / 2) : null;
  const rope = (of: Tensor) => {
    if (frequencies === null) return new Tensor('rope', of.dimensions, [of, building.positions]);
    const scaled = new Tensor('rope', of.dimensions, [of, building.positions, frequencies]);
    graph.scaledRopes.push({ rope: scaled, frequencies });
    return scaled;
  };
  const heads = (of: Tensor, count: number) => view(of, [headSize, count, tokens, 1]);

  const projected = block.multiply(block.matrix('query', hidden, headSize * queryHeads), normed);
  const query = rotated(rope(block.norm(heads(projected, queryHeads))), rotation?.key);
  if (holdsKv(shape.architecture, index)) {
    const width = headSize * kvHeads;
    const keys = block.multiply(block.matrix('key', hidden, width), normed);
    const values = hasValue(shape, index) ? block.multiply(block.matrix('value', hidden, width), normed) : keys;
    const key = rotated(rope(block.norm(heads(keys, kvHeads))), rotation?.key);
    const value = rotated(block.element(heads(values, kvHeads)), rotation?.value);
    for (const made of [query, key, value]) graph.expand(made);
    store(block, key, value);
  } else graph.expand(query);
  const scored = load.flashAttention ? flashAttention(block, query) : plainAttention(block, query);
  const flat = graph.expand(scored);
  return block.multiply(block.matrix('output', headSize * queryHeads, hidden), rotated(flat, rotation?.value));
}

/** Rotation of a quantized cache: among the inputs of a batch, or kept beside each cache (from v0.8.0 on). */
function rotationFor({ building, kind, index }: Block): Rotation | null {
  const { load, shape, rotations } = building;
  if (load.kvType === 'f16' || rotationOf(engineOf(load)) === 'input') return kind.rotation;
  const owner = kvOwner(shape.architecture, index);
  const kept = (size: number) => stored('weight', { block: owner, part: 'attention' }, [size, size, 1, 1]);
  const made = rotations.get(owner) ?? { key: kept(kind.headSize), value: kept(64) };
  rotations.set(owner, made);
  return made;
}

function rotated(of: Tensor, by: Tensor | undefined): Tensor {
  if (by === undefined) return of;
  const size = by.dimensions[0];
  const rows: Dimensions = [size, (of.dimensions[0] / size) * of.dimensions[1] * of.dimensions[2], 1, 1];
  return view(new Tensor('mul_mat', rows, [by, view(of, rows)]), of.dimensions);
}

/** The cache of a block, or of the one whose cache it reads. */
function cache({ building, kind, index }: Block, part: 'key' | 'value'): Tensor {
  const { shape, load, streams, graph } = building;
  const owner = kvOwner(shape.architecture, index);
  const { kv } = shape.architecture;
  const own = kind.headSize * kind.kvHeads;
  const width = part === 'value' && !load.flashAttention ? Math.max(kv.full.width, kv.sliding.width) : own;
  const made = stored('cache', { block: owner, part: 'attention' }, [width, kind.cells, streams, 1]);
  return graph.grows(made, kind.full, width * streams * kvBytesPerElement[load.kvType]);
}

function store(block: Block, key: Tensor, value: Tensor): void {
  const { building, kind } = block;
  const { graph, tokens, load } = building;
  const width = kind.headSize * kind.kvHeads;
  const put = (into: Tensor, what: Tensor, places: Tensor) => {
    const stores = new Tensor('set_rows', into.dimensions, [what, places, into], 0);
    stores.root = into;
    graph.expand(stores);
  };
  put(cache(block, 'key'), view(key, [width, tokens, 1, 1]), kind.keyPlaces);
  const values = cache(block, 'value');
  if (load.flashAttention) put(values, view(value, [width, tokens, 1, 1]), kind.valuePlaces);
  else {
    const wide = values.dimensions[0];
    const rows = view(value, [width, tokens, 1, 1]);
    const padded = wide > width ? new Tensor('other', [wide, tokens, 1, 1], [rows]) : rows;
    put(values, view(padded, [1, wide * tokens, 1, 1]), kind.valuePlaces);
  }
}

/** K or V as attention reads it; the part of it that is of this layer's width. */
function cacheView(block: Block, part: 'key' | 'value'): Tensor {
  const { building, kind } = block;
  const { load, streams, graph } = building;
  const type = kvBytesPerElement[load.kvType];
  const missing = (rowPadding - (kind.headSize % rowPadding)) % rowPadding;
  const shown = view(cache(block, part), [kind.headSize, kind.cells, kind.kvHeads, streams], 0, true);
  shown.devicePadding = load.kvType === 'f16' ? 0 : bytesOfType(type, missing);
  return graph.grows(shown, kind.full, kind.headSize * kind.kvHeads * streams * type);
}

function attentionQuery({ building, kind }: Block, query: Tensor): Tensor {
  const { tokens, streams, shape } = building;
  return view(query, [kind.headSize, tokens / streams, shape.architecture.queryHeads, streams], query.bytes, true);
}

function flashAttention(block: Block, query: Tensor): Tensor {
  const { building, kind } = block;
  const { load, tokens, streams, shape, graph } = building;
  const heads = shape.architecture.queryHeads;
  const [key, value] = [cacheView(block, 'key'), cacheView(block, 'value')];
  const sources = [attentionQuery(block, query), key, value, kind.mask];
  const attended = new Tensor('flash_attn', [kind.headSize, heads, tokens / streams, streams], sources);
  if (keepsKvCopies(load)) graph.grows(attended, kind.full, 0, 2 * kind.headSize * kind.kvHeads * streams * f16Bytes);
  return view(attended, [kind.headSize * heads, tokens, 1, 1]);
}

function plainAttention(block: Block, query: Tensor): Tensor {
  const { building, kind } = block;
  const { tokens, streams, shape } = building;
  const heads = shape.architecture.queryHeads;
  const scores = new Tensor(
    'mul_mat',
    [kind.cells, tokens / streams, heads, streams],
    [cacheView(block, 'key'), attentionQuery(block, query)],
  );
  const weighed = new Tensor('element', scores.dimensions, [scores, kind.mask]);
  const summed = new Tensor(
    'mul_mat',
    [kind.headSize, tokens / streams, heads, streams],
    [cacheView(block, 'value'), weighed],
  );
  const turned = view(summed, [kind.headSize, heads, tokens / streams, streams], summed.bytes, true);
  return new Tensor('other', [kind.headSize * heads, tokens, 1, 1], [turned]);
}
