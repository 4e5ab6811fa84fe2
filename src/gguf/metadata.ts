import type { Architecture } from '../data/schema.ts';
import { variants } from '../data/tables.ts';
import type { VariantId } from '../model/types.ts';

/** Metadata of a model by GGUF key, from a file or from /api/show. */
export type KeyReader = (key: string) => unknown;

const whole = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;

/** Largest block count taken: the real ones have at most 60. */
const maxLayers = 1024;

/**
 * The architecture that a gemma4 model's keys describe; null when a key is missing or has a value that this memory model does not support
 * (another architecture, an irregular pattern of layers). Keys: ollama convert/convert_gemma4.go, llama.cpp src/llama-arch.cpp.
 */
export function architectureOfKeys(key: KeyReader, vocabulary: number): Architecture | null {
  if (key('general.architecture') !== 'gemma4') return null;
  const number = (name: string) => whole(key(`gemma4.${name}`));
  const layers = number('block_count');
  if (layers === null || layers < 1 || layers > maxLayers) return null;
  const pattern = layerPattern(key('gemma4.attention.sliding_window_pattern'), layers);
  const heads = pattern && kvHeadsOf(key('gemma4.attention.head_count_kv'), pattern);
  const full = number('attention.key_length');
  const sliding = number('attention.key_length_swa') ?? full;
  const hiddenSize = number('embedding_length');
  const queryHeads = number('attention.head_count');
  const windowTokens = number('attention.sliding_window');
  const trainedContextTokens = number('context_length');
  if (!pattern || !heads || !full || !sliding || !hiddenSize || !queryHeads || !windowTokens || !trainedContextTokens)
    return null;
  const sharedKvLayers = number('attention.shared_kv_layers') ?? 0;
  const own = pattern.sliding.slice(0, layers - sharedKvLayers);
  const count = number('expert_count') ?? 0;
  const used = number('expert_used_count') ?? 0;
  return {
    layers,
    slidingPerFull: pattern.slidingPerFull,
    fullLayers: pattern.sliding.filter((s) => !s).length,
    sharedKvLayers,
    kv: {
      full: { layers: own.filter((s) => !s).length, width: heads.full * full },
      sliding: { layers: own.filter((s) => s).length, width: heads.sliding * sliding },
    },
    windowTokens,
    trainedContextTokens,
    hiddenSize,
    queryHeads,
    kvHeads: heads,
    headSize: { sliding, full },
    perLayerEmbedding: number('embedding_length_per_layer_input') ?? 0,
    vocabulary,
    experts: count > 0 && used > 0 ? { count, used } : null,
  };
}

interface Pattern {
  sliding: boolean[];
  slidingPerFull: number;
}

/** One flag per layer, true for sliding-window layers. Regular patterns only: n sliding layers, then a full one. */
function layerPattern(value: unknown, layers: number): Pattern | null {
  if (!Array.isArray(value) || value.length !== layers) return null;
  const sliding = value.map((flag) => flag === true || flag === 1);
  const slidingPerFull = sliding.indexOf(false);
  if (slidingPerFull < 1) return null;
  const regular = sliding.every((flag, i) => flag === ((i + 1) % (slidingPerFull + 1) !== 0));
  return regular ? { sliding, slidingPerFull } : null;
}

/** KV heads: one number for all layers, or one a layer. */
function kvHeadsOf(value: unknown, { sliding }: Pattern): { sliding: number; full: number } | null {
  const at = (flag: boolean) => whole(Array.isArray(value) ? value[sliding.indexOf(flag)] : value);
  const heads = { sliding: at(true), full: at(false) };
  return heads.sliding && heads.full ? { sliding: heads.sliding, full: heads.full } : null;
}

/** The Gemma 4 that has this architecture, fine-tunes included; null when none has. */
export function variantOfArchitecture(architecture: Architecture): VariantId | null {
  const same = variants.find(
    ({ architecture: known }) =>
      known.layers === architecture.layers &&
      known.hiddenSize === architecture.hiddenSize &&
      known.kv.full.width === architecture.kv.full.width &&
      known.kv.sliding.width === architecture.kv.sliding.width,
  );
  return same?.id ?? null;
}
