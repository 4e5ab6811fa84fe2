import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { variantOf } from '../../src/data/tables.ts';
import { expertWidth, feedForwardWidth } from '../../src/model/memory/feed-forward.ts';
import type { VariantId } from '../../src/model/types.ts';

const types = {
  f32: { id: 0, block: 1, bytes: 4 },
  q4_0: { id: 2, block: 32, bytes: 18 },
  q6_K: { id: 14, block: 256, bytes: 210 },
  q8_0: { id: 8, block: 32, bytes: 34 },
  bf16: { id: 30, block: 1, bytes: 2 },
};
type Tensor = [name: string, shape: number[], type: keyof typeof types];

/** Types of the matrices and of the embeddings in llama.cpp's own recipes; Q4_0 is also that of Google's QAT files. */
const recipes = {
  Q8_0: { matrices: 'q8_0', embeddings: 'q8_0' },
  Q4_0: { matrices: 'q4_0', embeddings: 'q6_K' },
} as const;
export type Recipe = keyof typeof recipes;

/** Tensors of one model as llama.cpp names and shapes them. */
export function tensorsOf(variant: VariantId, recipe: Recipe = 'Q8_0'): Tensor[] {
  const { matrices, embeddings } = recipes[recipe];
  const { architecture: a } = variantOf(variant);
  const [hidden, heads] = [a.hiddenSize, a.queryHeads];
  const all: Tensor[] = [
    ['token_embd.weight', [hidden, a.vocabulary], embeddings],
    ['output_norm.weight', [hidden], 'f32'],
    ['rope_freqs.weight', [a.headSize.full / 2], 'f32'],
  ];
  if (a.perLayerEmbedding > 0) {
    all.push(['per_layer_token_embd.weight', [a.perLayerEmbedding * a.layers, a.vocabulary], embeddings]);
    all.push(['per_layer_model_proj.weight', [hidden, a.perLayerEmbedding * a.layers], 'bf16']);
    all.push(['per_layer_proj_norm.weight', [a.perLayerEmbedding], 'f32']);
  }
  for (let block = 0; block < a.layers; block += 1) {
    const full = (block + 1) % (a.slidingPerFull + 1) === 0;
    const head = full ? a.headSize.full : a.headSize.sliding;
    const kv = head * (full ? a.kvHeads.full : a.kvHeads.sliding);
    const width = feedForwardWidth(variant, block);
    const norm = (name: string, size: number) => all.push([`blk.${block}.${name}.weight`, [size], 'f32']);
    const matrix = (name: string, ...shape: number[]) => all.push([`blk.${block}.${name}.weight`, shape, matrices]);
    for (const name of ['attn_norm', 'post_attention_norm', 'ffn_norm', 'post_ffw_norm']) norm(name, hidden);
    norm('attn_q_norm', head);
    norm('layer_output_scale', 1);
    matrix('attn_q', hidden, head * heads);
    matrix('attn_output', head * heads, hidden);
    if (block < a.layers - a.sharedKvLayers) {
      norm('attn_k_norm', head);
      matrix('attn_k', hidden, kv);
      if (a.perLayerEmbedding > 0 || !full) matrix('attn_v', hidden, kv);
    }
    matrix('ffn_gate', hidden, width);
    matrix('ffn_up', hidden, width);
    matrix('ffn_down', width, hidden);
    if (a.perLayerEmbedding > 0) {
      matrix('inp_gate', hidden, a.perLayerEmbedding);
      matrix('proj', a.perLayerEmbedding, hidden);
      norm('post_norm', hidden);
    }
    if (a.experts !== null) {
      for (const name of ['pre_ffw_norm_2', 'post_ffw_norm_1', 'post_ffw_norm_2']) norm(name, hidden);
      all.push([`blk.${block}.ffn_gate_inp.weight`, [hidden, a.experts.count], 'f32']);
      all.push([`blk.${block}.ffn_gate_inp.scale`, [hidden], 'f32']);
      all.push([`blk.${block}.ffn_down_exps.scale`, [a.experts.count], 'f32']);
      matrix('ffn_gate_up_exps', hidden, 2 * expertWidth, a.experts.count);
      matrix('ffn_down_exps', expertWidth, hidden, a.experts.count);
    }
  }
  return all;
}

const elements = (shape: number[]) => shape.reduce((product, size) => product * size, 1);
const pad = (bytes: number) => Math.ceil(bytes / 32) * 32;
export const tensorBytes = ([, shape, type]: Tensor) => (elements(shape) / types[type].block) * types[type].bytes;

const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
const u64 = (value: number) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
const f32 = (value: number) => Buffer.from(Float32Array.of(value).buffer);
const text = (value: string) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
const key = (name: string, type: number, value: Buffer) => Buffer.concat([text(name), u32(type), value]);
const array = (type: number, values: Buffer[]) => Buffer.concat([u32(type), u64(values.length), ...values]);

function metadata(variant: VariantId): Buffer[] {
  const { architecture: a } = variantOf(variant);
  const blocks = Array.from({ length: a.layers }, (_, block) => block);
  const isFull = (block: number) => (block + 1) % (a.slidingPerFull + 1) === 0;
  const whole = (name: string, value: number) => key(`gemma4.${name}`, 4, u32(value));
  const real = (name: string, value: number) => key(`gemma4.${name}`, 6, f32(value));
  return [
    key('general.architecture', 8, text('gemma4')),
    key('tokenizer.ggml.model', 8, text('no_vocab')),
    whole('vocab_size', a.vocabulary),
    whole('block_count', a.layers),
    whole('context_length', a.trainedContextTokens),
    whole('embedding_length', a.hiddenSize),
    key(
      'gemma4.feed_forward_length',
      9,
      array(
        4,
        blocks.map((block) => u32(feedForwardWidth(variant, block))),
      ),
    ),
    whole('attention.head_count', a.queryHeads),
    key(
      'gemma4.attention.head_count_kv',
      9,
      array(
        4,
        blocks.map((block) => u32(isFull(block) ? a.kvHeads.full : a.kvHeads.sliding)),
      ),
    ),
    whole('attention.key_length', a.headSize.full),
    whole('attention.value_length', a.headSize.full),
    whole('attention.key_length_swa', a.headSize.sliding),
    whole('attention.value_length_swa', a.headSize.sliding),
    real('attention.layer_norm_rms_epsilon', 1e-6),
    whole('attention.sliding_window', a.windowTokens),
    key(
      'gemma4.attention.sliding_window_pattern',
      9,
      array(
        7,
        blocks.map((block) => Buffer.of(isFull(block) ? 0 : 1)),
      ),
    ),
    whole('attention.shared_kv_layers', a.sharedKvLayers),
    whole('embedding_length_per_layer_input', a.perLayerEmbedding),
    real('rope.freq_base', 1e6),
    real('rope.freq_base_swa', 1e4),
    whole('rope.dimension_count', a.headSize.full),
    whole('rope.dimension_count_swa', a.headSize.sliding),
    real('final_logit_softcapping', 30),
    ...(a.experts === null
      ? []
      : [
          whole('expert_count', a.experts.count),
          whole('expert_used_count', a.experts.used),
          whole('expert_feed_forward_length', expertWidth),
        ]),
  ];
}

/** Writes a GGUF file of a model's exact shape whose weights are a hole: gigabytes to read, kilobytes on the disk. */
export function writeShape(variant: VariantId, path: string, recipe: Recipe = 'Q8_0'): void {
  const tensors = tensorsOf(variant, recipe);
  const keys = metadata(variant);
  let offset = 0;
  const infos = tensors.map((tensor) => {
    const [name, shape, type] = tensor;
    const info = Buffer.concat([text(name), u32(shape.length), ...shape.map(u64), u32(types[type].id), u64(offset)]);
    offset += pad(tensorBytes(tensor));
    return info;
  });
  const head = Buffer.concat([Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(keys.length), ...keys, ...infos]);
  const file = openSync(path, 'w');
  writeSync(file, head);
  ftruncateSync(file, pad(head.length) + offset);
  closeSync(file);
}
