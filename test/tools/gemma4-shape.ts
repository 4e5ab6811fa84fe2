import type { MetadataValue } from './gguf-writer.ts';

/** What decides the tensors of a Gemma 4 GGUF. Widths are elements; arrays run over the layers. */
export interface Gemma4Shape {
  name: string;
  hiddenWidth: number;
  vocabulary: number;
  contextTokens: number;
  windowTokens: number;
  queryHeads: number;
  fullHeadWidth: number;
  slidingHeadWidth: number;
  /** True where a layer looks at the sliding window only. */
  sliding: readonly boolean[];
  kvHeads: { full: number; sliding: number };
  /** The last layers that reuse an earlier layer's KV cache, and so have no K and V projections. */
  sharedKvLayers: number;
  feedForwardWidth: number;
  /** Layers that share KV have a feed-forward part twice as wide. */
  doubleWideShared: boolean;
  perLayerWidth: number;
  /** Full layers have no V projection: K serves as V. */
  keyIsValue: boolean;
  experts?: { count: number; used: number; width: number };
}

/** A tensor's name and dimensions (fastest first), and whether it is a norm or another small float32 one. */
export interface TensorShape {
  name: string;
  dimensions: number[];
  kind: 'matrix' | 'norm' | 'scale' | 'ropeFactors';
}

const feedForwardWidth = (s: Gemma4Shape, layer: number): number =>
  s.doubleWideShared && layer >= s.sliding.length - s.sharedKvLayers ? 2 * s.feedForwardWidth : s.feedForwardWidth;

const kvHeadsOf = (s: Gemma4Shape, layer: number): number => (s.sliding[layer] ? s.kvHeads.sliding : s.kvHeads.full);

/** Every tensor of the file, by the names llama.cpp's gemma4 loader asks for (src/models/gemma4.cpp). */
export function tensorShapes(s: Gemma4Shape): TensorShape[] {
  const matrix = (name: string, ...dimensions: number[]): TensorShape => ({ name, dimensions, kind: 'matrix' });
  const norm = (name: string, width: number): TensorShape => ({ name, dimensions: [width], kind: 'norm' });
  const perLayer =
    s.perLayerWidth === 0
      ? []
      : [
          matrix('per_layer_token_embd.weight', s.perLayerWidth * s.sliding.length, s.vocabulary),
          matrix('per_layer_model_proj.weight', s.hiddenWidth, s.perLayerWidth * s.sliding.length),
          norm('per_layer_proj_norm.weight', s.perLayerWidth),
        ];
  return [
    matrix('token_embd.weight', s.hiddenWidth, s.vocabulary),
    ...perLayer,
    norm('output_norm.weight', s.hiddenWidth),
    { name: 'rope_freqs.weight', dimensions: [s.fullHeadWidth / 2], kind: 'ropeFactors' },
    ...s.sliding.flatMap((_, layer) => layerShapes(s, layer)),
  ];
}

function layerShapes(s: Gemma4Shape, layer: number): TensorShape[] {
  const at = (part: string): string => `blk.${layer}.${part}.weight`;
  const matrix = (part: string, ...dimensions: number[]): TensorShape => ({
    name: at(part),
    dimensions,
    kind: 'matrix',
  });
  const norm = (part: string, width = s.hiddenWidth): TensorShape => ({
    name: at(part),
    dimensions: [width],
    kind: 'norm',
  });
  const head = s.sliding[layer] ? s.slidingHeadWidth : s.fullHeadWidth;
  const kvWidth = head * kvHeadsOf(s, layer);
  const ff = feedForwardWidth(s, layer);
  const shapes: TensorShape[] = [
    norm('attn_norm'),
    matrix('attn_q', s.hiddenWidth, head * s.queryHeads),
    matrix('attn_output', head * s.queryHeads, s.hiddenWidth),
    norm('attn_q_norm', head),
    norm('post_attention_norm'),
    { name: at('layer_output_scale'), dimensions: [1], kind: 'scale' },
    norm('ffn_norm'),
    matrix('ffn_gate', s.hiddenWidth, ff),
    matrix('ffn_up', s.hiddenWidth, ff),
    matrix('ffn_down', ff, s.hiddenWidth),
    norm('post_ffw_norm'),
  ];
  if (layer < s.sliding.length - s.sharedKvLayers) {
    shapes.push(matrix('attn_k', s.hiddenWidth, kvWidth), norm('attn_k_norm', head));
    if (s.sliding[layer] || !s.keyIsValue) shapes.push(matrix('attn_v', s.hiddenWidth, kvWidth));
  }
  if (s.experts) shapes.push(...expertShapes(s, s.experts, layer));
  if (s.perLayerWidth > 0) {
    shapes.push(
      matrix('inp_gate', s.hiddenWidth, s.perLayerWidth),
      matrix('proj', s.perLayerWidth, s.hiddenWidth),
      norm('post_norm'),
    );
  }
  return shapes;
}

function expertShapes(s: Gemma4Shape, e: NonNullable<Gemma4Shape['experts']>, layer: number): TensorShape[] {
  const at = (part: string): string => `blk.${layer}.${part}`;
  return [
    { name: at('ffn_gate_inp.weight'), dimensions: [s.hiddenWidth, e.count], kind: 'norm' },
    { name: at('ffn_gate_inp.scale'), dimensions: [s.hiddenWidth], kind: 'norm' },
    { name: at('pre_ffw_norm_2.weight'), dimensions: [s.hiddenWidth], kind: 'norm' },
    { name: at('post_ffw_norm_1.weight'), dimensions: [s.hiddenWidth], kind: 'norm' },
    { name: at('post_ffw_norm_2.weight'), dimensions: [s.hiddenWidth], kind: 'norm' },
    { name: at('ffn_gate_up_exps.weight'), dimensions: [s.hiddenWidth, 2 * e.width, e.count], kind: 'matrix' },
    { name: at('ffn_down_exps.weight'), dimensions: [e.width, s.hiddenWidth, e.count], kind: 'matrix' },
    { name: at('ffn_down_exps.scale'), dimensions: [e.count], kind: 'norm' },
  ];
}

/** The metadata that names this shape; keys as llama.cpp's loader reads them. */
export function shapeMetadata(s: Gemma4Shape): Map<string, MetadataValue> {
  const m = new Map<string, MetadataValue>();
  const u = (key: string, value: number) => m.set(key, { type: 'uint32', value });
  const f = (key: string, value: number) => m.set(key, { type: 'float32', value });
  m.set('general.architecture', { type: 'string', value: 'gemma4' });
  m.set('general.name', { type: 'string', value: s.name });
  u('general.file_type', 1);
  u('gemma4.context_length', s.contextTokens);
  u('gemma4.embedding_length', s.hiddenWidth);
  u('gemma4.block_count', s.sliding.length);
  const widths = s.sliding.map((_, layer) => feedForwardWidth(s, layer));
  if (s.doubleWideShared) m.set('gemma4.feed_forward_length', { type: 'array', of: 'int32', values: widths });
  else u('gemma4.feed_forward_length', s.feedForwardWidth);
  u('gemma4.attention.head_count', s.queryHeads);
  const kvHeads = s.sliding.map((_, layer) => kvHeadsOf(s, layer));
  if (s.kvHeads.full === s.kvHeads.sliding) u('gemma4.attention.head_count_kv', s.kvHeads.full);
  else m.set('gemma4.attention.head_count_kv', { type: 'array', of: 'int32', values: kvHeads });
  f('gemma4.rope.freq_base', 1_000_000);
  f('gemma4.rope.freq_base_swa', 10_000);
  f('gemma4.attention.layer_norm_rms_epsilon', 1e-6);
  u('gemma4.attention.key_length', s.fullHeadWidth);
  u('gemma4.attention.value_length', s.fullHeadWidth);
  u('gemma4.attention.key_length_swa', s.slidingHeadWidth);
  u('gemma4.attention.value_length_swa', s.slidingHeadWidth);
  f('gemma4.final_logit_softcapping', 30);
  u('gemma4.attention.sliding_window', s.windowTokens);
  u('gemma4.attention.shared_kv_layers', s.sharedKvLayers);
  u('gemma4.embedding_length_per_layer_input', s.perLayerWidth);
  m.set('gemma4.attention.sliding_window_pattern', { type: 'array', of: 'bool', values: s.sliding });
  u('gemma4.rope.dimension_count', s.fullHeadWidth);
  u('gemma4.rope.dimension_count_swa', s.slidingHeadWidth);
  if (s.experts) {
    u('gemma4.expert_count', s.experts.count);
    u('gemma4.expert_used_count', s.experts.used);
    u('gemma4.expert_feed_forward_length', s.experts.width);
  }
  return m;
}
