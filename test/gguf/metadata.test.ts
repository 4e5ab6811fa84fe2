import { describe, expect, it } from 'vitest';
import { variantOf } from '../../src/data/tables.ts';
import { architectureOfKeys, variantOfArchitecture } from '../../src/gguf/metadata.ts';
import { isFullAttention } from '../../src/model/memory/shape.ts';
import { type VariantId, variantIds } from '../../src/model/types.ts';

const pattern = (variant: VariantId) => {
  const { architecture } = variantOf(variant);
  return Array.from({ length: architecture.layers }, (_, block) => !isFullAttention(architecture, block));
};

/** The keys of a file of that variant, as a converter writes them. */
function keysOf(variant: VariantId): Record<string, unknown> {
  const { architecture: a } = variantOf(variant);
  const sliding = pattern(variant);
  return {
    'general.architecture': 'gemma4',
    'gemma4.block_count': a.layers,
    'gemma4.attention.sliding_window_pattern': sliding,
    'gemma4.attention.head_count_kv': sliding.map((window) => (window ? a.kvHeads.sliding : a.kvHeads.full)),
    'gemma4.attention.key_length': a.headSize.full,
    'gemma4.attention.key_length_swa': a.headSize.sliding,
    'gemma4.attention.head_count': a.queryHeads,
    'gemma4.attention.sliding_window': a.windowTokens,
    'gemma4.attention.shared_kv_layers': a.sharedKvLayers,
    'gemma4.embedding_length': a.hiddenSize,
    'gemma4.embedding_length_per_layer_input': a.perLayerEmbedding,
    'gemma4.context_length': a.trainedContextTokens,
    ...(a.experts && { 'gemma4.expert_count': a.experts.count, 'gemma4.expert_used_count': a.experts.used }),
  };
}

const read = (variant: VariantId, change: Record<string, unknown> = {}) => {
  const keys = { ...keysOf(variant), ...change };
  return architectureOfKeys((key) => keys[key], variantOf(variant).architecture.vocabulary);
};

describe("a file's keys", () => {
  it.each(variantIds)("a file's keys of %s give the architecture of the table, and its name", (variant) => {
    const architecture = read(variant);
    expect(architecture).toEqual(variantOf(variant).architecture);
    expect(architecture && variantOfArchitecture(architecture)).toBe(variant);
  });

  it("a file's keys may flag the sliding layers with numbers", () => {
    const flags = pattern('e4b').map(Number);
    expect(read('e4b', { 'gemma4.attention.sliding_window_pattern': flags })).toEqual(read('e4b'));
  });

  it("a file's keys may name one number of KV heads for all layers, and one head size", () => {
    const one = { 'gemma4.attention.head_count_kv': 4, 'gemma4.attention.key_length_swa': undefined };
    expect(read('12b', one)).toMatchObject({
      kvHeads: { sliding: 4, full: 4 },
      headSize: { sliding: 512, full: 512 },
    });
  });

  it("a file's keys without them have no shared caches, no embeddings by layer and no experts", () => {
    const silent = {
      'gemma4.attention.shared_kv_layers': undefined,
      'gemma4.embedding_length_per_layer_input': undefined,
      'gemma4.expert_count': undefined,
    };
    expect(read('e2b', silent)).toMatchObject({ sharedKvLayers: 0, perLayerEmbedding: 0, experts: null });
    expect(read('26b', silent)).toMatchObject({ experts: null });
  });

  it.each([
    ['experts of which none is used', { 'gemma4.expert_used_count': 0 }],
    ['no expert to be used', { 'gemma4.expert_count': 0 }],
  ])("a file's keys with %s are those of a dense model", (_, change) =>
    expect(read('26b', change)?.experts).toBeNull(),
  );
});

const sliding = pattern('12b');
describe('nothing is known of a model', () => {
  it.each([
    ['of another architecture', { 'general.architecture': 'gemma3' }],
    ['without layers', { 'gemma4.block_count': 0, 'gemma4.attention.sliding_window_pattern': [] }],
    ['whose layers are not told', { 'gemma4.block_count': undefined }],
    ['whose layers are a word', { 'gemma4.block_count': '48' }],
    ['with half a layer', { 'gemma4.block_count': 48.5 }],
    ['with fewer than no head', { 'gemma4.attention.head_count': -8 }],
    ['without a head', { 'gemma4.attention.head_count': 0 }],
    ['without a pattern', { 'gemma4.attention.sliding_window_pattern': null }],
    ['with a pattern of fewer layers', { 'gemma4.attention.sliding_window_pattern': sliding.slice(6) }],
    ['without a full layer', { 'gemma4.attention.sliding_window_pattern': sliding.map(() => true) }],
    ['without a sliding layer', { 'gemma4.attention.sliding_window_pattern': sliding.map(() => false) }],
    ['with an irregular pattern', { 'gemma4.attention.sliding_window_pattern': [...sliding.slice(0, -1), true] }],
    ['without KV heads in its full layers', { 'gemma4.attention.head_count_kv': sliding.map((s) => (s ? 8 : 0)) }],
    ['without KV heads in its sliding layers', { 'gemma4.attention.head_count_kv': sliding.map((s) => (s ? 0 : 1)) }],
    ['whose KV heads are not told', { 'gemma4.attention.head_count_kv': undefined }],
    ['whose heads have no size', { 'gemma4.attention.key_length': undefined }],
    ['whose width is not told', { 'gemma4.embedding_length': undefined }],
    ['whose window is not told', { 'gemma4.attention.sliding_window': undefined }],
    ['whose trained context is not told', { 'gemma4.context_length': undefined }],
  ])('%s', (_, change) => expect(read('12b', change)).toBeNull());

  it('nothing is known of a model with more layers than any real one: 1024 are the most', () => {
    const deep = (layers: number) =>
      read('12b', {
        'gemma4.block_count': layers,
        'gemma4.attention.sliding_window_pattern': Array.from({ length: layers }, (_, i) => i % 2 === 0),
        'gemma4.attention.head_count_kv': 1,
      });
    expect(deep(1024)).toMatchObject({ layers: 1024, slidingPerFull: 1, fullLayers: 512 });
    expect(deep(1026)).toBeNull();
  });

  it.each([
    ['layers', { layers: 47 }],
    ['width', { hiddenSize: 1 }],
    ['full caches', { kv: { ...variantOf('12b').architecture.kv, full: { layers: 8, width: 1 } } }],
    ['sliding caches', { kv: { ...variantOf('12b').architecture.kv, sliding: { layers: 40, width: 1 } } }],
  ])('nothing is known of a model has no name with other %s', (_, change) => {
    expect(variantOfArchitecture({ ...variantOf('12b').architecture, ...change })).toBeNull();
  });
});
