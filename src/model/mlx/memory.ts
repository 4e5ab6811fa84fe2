import { mlx } from '../../data/mlx.ts';
import type { MlxFiles } from '../../data/mlx-bytes.ts';
import { runtimeDefaults, since } from '../../data/runtimes.ts';
import type { Architecture } from '../../data/schema.ts';
import { variantOf } from '../../data/variants.ts';
import type { Modality } from '../../data/vocabulary.ts';
import { type MlxChipClass, mlxChipClasses, mlxLayouts } from '../../data/vocabulary.ts';
import { FitError } from '../../errors.ts';
import { requireVariant } from '../variant-name.ts';
import { mlxLoadBytes } from './bytes.ts';
import { scratchBytes, smallPromptBytes } from './scratch.ts';

/** An MLX build and the prompt that it answers. */
export interface MlxMemoryInput extends MlxFiles {
  /** Of one conversation; the runner serves one request at a time. */
  promptTokens: number;
  /** Default 0. */
  generatedTokens?: number;
  chipClass: MlxChipClass;
  /** M1 is 1. Default null: not known. */
  chipGeneration?: number | null;
  /** Whether the build has a draft model. Default false. */
  drafter?: boolean;
  /** What the build takes in; image or audio: its encoders are loaded, by versions that can. Default text alone. */
  modalities?: readonly Modality[];
  /** Default: the newest that the tables know. */
  ollamaVersion?: string;
  /** Snapshots that other conversations have left in the prefix cache. Default 0. */
  prefixCacheBytes?: number;
}

/** Bytes. load, cache, score, working and snapshot add up to the peak. */
export interface MlxMemory {
  loadBytes: number;
  /** KV cache of the full-attention layers at the peak, and the copy of one layer's while it grows. */
  cacheBytes: number;
  /** Attention scores of one full layer for a whole chunk, and their mask. */
  scoreBytes: number;
  /** Working memory of the layers in flight. */
  workingBytes: number;
  /** Sliding windows kept in the prefix cache at the peak, those of other conversations among them. */
  snapshotBytes: number;
  peakBytes: number;
  /** After the answer, with what the prefix cache keeps. */
  restBytes: number;
}

/** Memory above the loaded weights at one moment. */
type Moment = Omit<MlxMemory, 'loadBytes' | 'peakBytes' | 'restBytes'>;

const bf16Bytes = 2;

/**
 * Memory of an MLX build of Gemma 4 in Ollama's runner on Apple Silicon: after loading, at the peak of a cold prompt and at rest after its
 * answer. The peak is what has to fit Metal's recommended working set; beyond it the command buffer is refused and the runner ends.
 * Against the real runner and allocator on an imagined Metal device: 95 % of the peaks within 1.1 %, none over 3 % off; rest within 4 MB,
 * 31b after a prompt shorter than its window within 8.5. Source of the rules: Ollama x/mlxrunner; constants: data/mlx.json.
 * Throws FitError `unknown-variant`, `unknown-quantization` or `bad-number`.
 */
export function estimateMlxMemory(input: MlxMemoryInput): MlxMemory {
  requireSensible(input);
  const question = complete(input);
  const loadBytes = Math.round(mlxLoadBytes(input, question));
  const rest = rounded(atRest(question));
  const peak = rounded([...momentsOf(question), rest].reduce((most, next) => (sum(next) > sum(most) ? next : most)));
  const { prefixCacheBytes } = question;
  return {
    loadBytes,
    ...peak,
    snapshotBytes: peak.snapshotBytes + prefixCacheBytes,
    peakBytes: loadBytes + sum(peak) + prefixCacheBytes,
    restBytes: loadBytes + sum(rest) + prefixCacheBytes,
  };
}

interface Question extends Required<Omit<MlxMemoryInput, 'perLayerTable' | 'modalities'>> {
  encoders: boolean;
  architecture: Architecture;
  /** What the snapshots of one conversation may take. */
  snapshotLimitBytes: number;
}

function complete(input: MlxMemoryInput): Question {
  const { variant, layout, promptTokens, chipClass, modalities = [] } = input;
  const { ollamaVersion = runtimeDefaults.newestKnownOllama } = input;
  const { architecture } = variantOf(variant);
  return {
    variant,
    layout,
    promptTokens,
    generatedTokens: input.generatedTokens ?? 0,
    chipClass,
    chipGeneration: input.chipGeneration ?? null,
    drafter: input.drafter ?? false,
    ollamaVersion,
    prefixCacheBytes: input.prefixCacheBytes ?? 0,
    encoders: modalities.some((modality) => modality !== 'text'),
    architecture,
    snapshotLimitBytes: snapshotLimitBytes(architecture, ollamaVersion),
  };
}

/** The end of every chunk of the prompt. */
function momentsOf(question: Question): Moment[] {
  const { promptTokens } = question;
  const { chunkTokens } = mlx.runtime;
  const first = inOneChunk(question, Math.min(promptTokens, chunkTokens));
  const chunks = promptTokens <= chunkTokens ? 0 : Math.ceil(promptTokens / chunkTokens);
  return [first, ...Array.from({ length: chunks }, (_, chunk) => afterChunk(question, chunk))];
}

function afterChunk(question: Question, chunk: number): Moment {
  const { promptTokens, architecture } = question;
  const { chunkTokens } = mlx.runtime;
  const done = Math.min(promptTokens, (chunk + 1) * chunkTokens);
  const length = done - chunk * chunkTokens;
  return {
    cacheBytes: growingCacheBytes(architecture, done),
    scoreBytes: scoreBytes(architecture, length, done),
    workingBytes: scratchBytes(question, done, length) + splitProductBytes(question, done),
    snapshotBytes: Math.min(question.snapshotLimitBytes, passedSnapshots(done) * windowBytes(architecture)),
  };
}

/** Measured as a whole: what is not cache or scores is scratch. */
function inOneChunk(question: Question, promptTokens: number): Moment {
  const { architecture } = question;
  const all = smallPromptBytes(question, promptTokens);
  const cacheBytes = Math.min(all, growingCacheBytes(architecture, promptTokens));
  const scores = Math.min(all - cacheBytes, scoreBytes(architecture, promptTokens, promptTokens));
  return { cacheBytes, scoreBytes: scores, workingBytes: all - cacheBytes - scores, snapshotBytes: 0 };
}

/** The cache in steps of 256 tokens, and the windows at the end of the prompt, at the end of the answer, and at every 8192 tokens before. */
function atRest(question: Question): Moment {
  const { architecture, promptTokens, generatedTokens, drafter } = question;
  const { cacheStepTokens, snapshotLagTokens } = mlx.runtime;
  const { windowTokens } = architecture;
  const filled = Math.ceil((promptTokens - 1 + generatedTokens) / cacheStepTokens) * cacheStepTokens;
  const atPrompt = Math.min(windowTokens, Math.max(0, promptTokens - snapshotLagTokens));
  const atAnswer = Math.min(windowTokens, promptTokens + slidingRows(generatedTokens, drafter));
  const ends = ((atPrompt + atAnswer) / windowTokens) * windowBytes(architecture);
  const snapshots = ends + passedSnapshots(promptTokens) * windowBytes(architecture);
  return {
    cacheBytes: fullCacheBytesPerToken(architecture) * filled,
    scoreBytes: 0,
    workingBytes: 0,
    snapshotBytes: Math.min(question.snapshotLimitBytes, snapshots),
  };
}

/**
 * Rows that an answer adds to a sliding layer's buffer until it is as long as the window. A verified draft leaves the buffer as long as what is
 * in it, and the next plain token adds a step of 256. Where the last draft lies is up to the runner, which times its drafts as it goes.
 * Source: Ollama x/mlxrunner, cache/rotating.go and speculate_depth.go.
 */
function slidingRows(generatedTokens: number, drafter: boolean): number {
  const { cacheStepTokens, lastDraftShare } = mlx.runtime;
  const drafted = drafter ? Math.round(generatedTokens * lastDraftShare) : 0;
  const steps = Math.max(1, Math.ceil((generatedTokens - drafted) / cacheStepTokens));
  return drafted + steps * cacheStepTokens;
}

/** Keys and values of the full-attention layers that hold them, always in bf16; one layer's are copied while they grow. */
function growingCacheBytes(architecture: Architecture, tokens: number): number {
  return fullCacheBytesPerToken(architecture) * tokens * (1 + 1 / architecture.kv.full.layers);
}

function fullCacheBytesPerToken({ kv }: Architecture): number {
  return 2 * bf16Bytes * kv.full.layers * kv.full.width;
}

/**
 * One window of all sliding layers, which is what a snapshot holds.
 * @internal Its argument is a row of the tables, whose types are not part of the published ones.
 */
export function windowBytes({ kv, windowTokens }: Architecture): number {
  return 2 * bf16Bytes * kv.sliding.layers * kv.sliding.width * windowTokens;
}

/** bf16 scores of every query head and a mask of one byte: MLX has no fused kernel for head size 512 (MLX 0.32.2). */
function scoreBytes({ queryHeads }: Architecture, chunkTokens: number, doneTokens: number): number {
  return (bf16Bytes * queryHeads + 1) * chunkTokens * doneTokens;
}

/** M5 splits one product of E2B in two from 49K tokens on: 0.3 to 0.5 GB more. */
function splitProductBytes({ variant, chipGeneration }: Question, doneTokens: number): number {
  return variant === 'e2b' && (chipGeneration ?? 0) >= 5 && doneTokens >= 49_152 ? 500_000_000 : 0;
}

function passedSnapshots(doneTokens: number): number {
  return Math.floor((doneTokens - 1) / mlx.runtime.snapshotEveryTokens);
}

/** Whole windows within the budget, from the version on that keeps a conversation's own snapshots to it. */
function snapshotLimitBytes(architecture: Architecture, ollamaVersion: string): number {
  const { snapshotBudgetBytes } = mlx.runtime;
  if (!since('mlx-snapshots-evicted', ollamaVersion)) return Number.POSITIVE_INFINITY;
  const window = windowBytes(architecture);
  return Math.floor(snapshotBudgetBytes / window) * window;
}

function rounded({ cacheBytes, scoreBytes, workingBytes, snapshotBytes }: Moment): Moment {
  return {
    cacheBytes: Math.round(cacheBytes),
    scoreBytes: Math.round(scoreBytes),
    workingBytes: Math.round(workingBytes),
    snapshotBytes: Math.round(snapshotBytes),
  };
}

function sum({ cacheBytes, scoreBytes, workingBytes, snapshotBytes }: Moment): number {
  return cacheBytes + scoreBytes + workingBytes + snapshotBytes;
}

function requireSensible({ variant, layout, chipClass, ...numbers }: MlxMemoryInput): void {
  requireVariant(variant);
  if (!mlxLayouts.includes(layout)) {
    throw new FitError(
      'unknown-quantization',
      `"${layout}" is not a layout of MLX builds.`,
      `Choose one of ${mlxLayouts.join(', ')}.`,
    );
  }
  if (!mlxChipClasses.includes(chipClass)) {
    throw new FitError(
      'unknown-device',
      `"${chipClass}" is not a class of Apple chips.`,
      `Choose one of ${mlxChipClasses.join(', ')}.`,
    );
  }
  const { promptTokens, generatedTokens = 0, prefixCacheBytes = 0 } = numbers;
  for (const [name, value, least] of [
    ['promptTokens', promptTokens, 1],
    ['generatedTokens', generatedTokens, 0],
    ['prefixCacheBytes', prefixCacheBytes, 0],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < least) {
      throw new FitError('bad-number', `${name} must be a whole number from ${least}, not ${value}.`);
    }
  }
}
