import type { KvType, UseCase, VariantId } from '../data/ids.ts';
import type { BenchmarkId, MmapOff, Modality, ProblemSeverity } from '../data/vocabulary.ts';
import type { MlxMemory } from '../model/mlx/memory.ts';

/** What would raise the ceiling of a candidate. */
export const leverNames = [
  'kv-q8_0',
  'text-only',
  'fit-target',
  'smaller-build',
  'close-process',
  'wired-limit',
] as const;
export type LeverName = (typeof leverNames)[number];

/** What would bring a better model, the cheapest first. */
export type UnlockName =
  | 'text-only'
  | 'close-process'
  | 'enable-device'
  | 'unhide-device'
  | 'newer-driver'
  | 'device-access'
  | 'more-ram';

/** Why a verdict is what it is: a code and its arguments; the sentence is made in report/sentences/advice.ts. */
export type AdviceFinding =
  // Verdicts
  | { code: 'fits-device'; needBytes: number; marginBytes: number; freeBytes: number }
  | { code: 'spills'; gpuLayers: number; totalLayers: number; missingBytes: number }
  /** 26b: all layers on the device, the experts of some of them on the CPU. */
  | { code: 'experts-on-cpu'; layers: number; totalLayers: number; missingBytes: number }
  /** Nothing of the model is on a device. faster: RAM is; shared-memory-too-small: with its buffers on the GPU it would not fit. */
  | {
      code: 'runs-on-cpu';
      why: 'no-device' | 'device-too-small' | 'faster' | 'shared-memory-too-small';
      needBytes: number;
    }
  | { code: 'host-too-small'; needBytes: number; availableBytes: number }
  /** Device and host are one pool and together they need more than it has. */
  | { code: 'pool-too-small'; needBytes: number; availableBytes: number }
  /** Ollama's own test before it loads an MLX build: the tensors alone against free memory. */
  | { code: 'mlx-refused'; needBytes: number; freeBytes: number }
  /** The peak of a prompt as long as the context, against Metal's working set. */
  | ({ code: 'mlx-fits'; promptTokens: number; roomBytes: number } & MlxMemory)
  /** It is loaded all the same, and a prompt of that length ends the runner; ceilingTokens: the longest that does not. */
  | ({
      code: 'mlx-aborts';
      promptTokens: number;
      roomBytes: number;
      ceilingTokens: number | null;
      /** Of prompts that do not end it. */
      speed: { lowTokensPerSecond: number; expectedTokensPerSecond: number; highTokensPerSecond: number } | null;
    } & MlxMemory)
  | { code: 'device-memory-unknown'; device: string }
  | { code: 'device-usability-unknown'; device: string }
  | { code: 'host-memory-unknown'; needBytes: number }
  | { code: 'build-bytes-unknown'; tag: string }
  // How it is placed
  /** What the server keeps free, and what it would keep for text only. */
  | { code: 'projector-margin'; marginBytes: number; textMarginBytes: number; projectorBytes: number }
  /** The projector does not fit on the device: images are read by the CPU. */
  | { code: 'projector-in-ram'; projectorBytes: number; freeBytes: number }
  | { code: 'text-only'; marginBytes: number }
  /** Text alone was asked for; the build has its encoder in the file of the weights, and Ollama loads both. */
  | { code: 'encoder-inside'; tag: string }
  /** Reading the largest image takes more than was counted; what is left on the device. */
  | { code: 'large-image'; imageBytes: number; remainingBytes: number }
  /** The draft model does not fit beside the model: Ollama silently runs without it. */
  | { code: 'drafter-dropped'; drafterBytes: number; freeBytes: number }
  /** Another draft length than Ollama's is faster on this backend; 0: none. Factors on the speed without drafts. */
  | { code: 'draft-length'; draftTokens: number; usualTokens: number; factor: number; usualFactor: number }
  /** CPUs of this kind slowed a fast card down elsewhere. */
  | { code: 'slow-host'; cpu: string }
  /** Without a GPU: the most that is resident, the mapped file plus the CPU's repacked copy. */
  | { code: 'cpu-peak'; peakBytes: number; copyBytes: number }
  /** This Ollama is newer than any whose llama.cpp is known: memory is computed for the newest known one. */
  | { code: 'engine-assumed'; ollamaVersion: string; llamaCpp: string }
  | { code: 'micro-batch-lowered'; from: number; to: number }
  /** Ollama would spread the model; it has to be told to use this one device (`main_gpu`). */
  | { code: 'needs-main-gpu'; device: string }
  /** Ollama would put it on one device, where it spills; OLLAMA_SCHED_SPREAD on the server spreads it. */
  | { code: 'needs-spread'; devices: number }
  /** A model is never split over devices of two libraries. */
  | { code: 'device-left-out'; device: string; backend: string; usedBackend: string }
  /** Ollama's own guess before the load, next to what the model takes. */
  | { code: 'preflight-differs'; predictedBytes: number; needBytes: number }
  | { code: 'mmap-off'; why: MmapOff }
  | {
      code: 'prompt-cache-tight';
      needBytes: number;
      cacheBytes: number;
      checkpointsBytes: number;
      availableBytes: number;
    }
  | { code: 'flash-attention-off'; device: string }
  /** The tag fixes the number of layers (`num_gpu`): none, or so many that the projector stays in RAM and more of the model fits. */
  | { code: 'pinned-layers'; gpuLayers: number; totalLayers: number }
  // The workload
  | { code: 'kv-quantized'; kvType: KvType; meanKld: number | null }
  | { code: 'context-clamped'; askedTokens: number; contextTokens: number }
  | { code: 'above-trained-context'; contextTokens: number; trainedTokens: number }
  /** A model in memory now, with less context than the use wants. */
  | { code: 'loaded-context-short'; model: string; contextTokens: number; minimumTokens: number }
  // The server
  | { code: 'server-elsewhere'; host: string }
  /** Models in memory now, which Ollama unloads to make room: counted as free. */
  | { code: 'held-by-ollama'; models: string[]; heldBytes: number }
  /** The same beside a llama-server, which gets none of it. */
  | { code: 'held-beside'; models: string[]; heldBytes: number }
  /** `ollama run TAG` with defaults, next to what a tag made by `pull` can have. */
  | {
      code: 'plain-run';
      contextTokens: number;
      microBatch: number;
      mode: 'full' | 'split' | 'cpu' | 'none';
      ceilingTokens: number | null;
      /** A llama-server's: requests at a time, which share the context. */
      slots?: number;
    }
  // Ceilings and levers
  | { code: 'ceiling'; ceilingTokens: number | null; textCeilingTokens: number | null; trainedTokens: number }
  | {
      code: 'lever';
      lever: LeverName;
      ceilingTokens: number;
      /** kv-q8_0: loss; text-only: bytes of the copy; fit-target: value in MiB; smaller-build: its tag; close-process: its name; wired-limit: value in MiB. */
      detail: string | null;
    }
  // Exclusions
  | { code: 'missing-modality'; modality: Modality }
  | { code: 'context-too-short'; contextTokens: number; minimumTokens: number }
  | { code: 'too-slow'; tokensPerSecond: number; minimumTokensPerSecond: number }
  | { code: 'speed-unknown'; minimumTokensPerSecond: number }
  /** Too slow or too weak for that use. */
  | { code: 'not-for-use'; useCase: UseCase; tokensPerSecond: number; leastTokensPerSecond: number }
  /** The best that runs, and yet less than the use wants: so many points of 100. */
  | { code: 'weak-for-use'; useCase: UseCase; variant: VariantId; score: number; leastScore: number }
  | { code: 'wrong-platform'; tag: string }
  | { code: 'server-too-old'; tag: string; version: string; minimumVersion: string }
  // Platform builds
  | { code: 'mlx-build'; tag: string }
  /** num_ctx is not a limit: a longer prompt ends the runner. */
  | { code: 'mlx-context-open'; ceilingTokens: number }
  /** Sliding windows of conversations that are kept, up to a budget; turnBytes: each turn adds one. */
  | { code: 'mlx-snapshots'; tag: string; budgetBytes: number; turnBytes: number; longestTokens: number | null }
  | { code: 'mlx-one-request'; sequences: number }
  /** Versions of macOS. */
  | { code: 'mlx-matrix-units'; have: string; need: string }
  /** The cache is bf16 whatever was set. */
  | { code: 'mlx-cache-type'; kvType: KvType }
  // Known problems
  | { code: 'known-problem'; id: string; severity: ProblemSeverity; text: string; remedy: string }
  // Why this one
  | {
      code: 'best-quality';
      variant: VariantId;
      /** The score is their mean. */
      benchmarks: BenchmarkId[];
      score: number;
      useCase: UseCase;
    }
  | { code: 'build-choice'; tag: string; over: string; why: 'qat' | 'less-loss' }
  /** The MLX build of the same model is faster, but its longest prompt is shorter than the context. */
  | {
      code: 'mlx-faster';
      tag: string;
      lowTokensPerSecond: number;
      highTokensPerSecond: number;
      longestTokens: number;
    }
  /** The most conversations at that context that stay on devices, and what each of so many gets while all write (null: no basis). */
  | {
      code: 'users';
      most: number;
      contextTokens: number;
      writing: number;
      lowTokensPerSecond: number | null;
      highTokensPerSecond: number | null;
    }
  | { code: 'headroom'; remainingBytes: number; ceilingTokens: number | null }
  | {
      code: 'larger-does-not-fit';
      tag: string;
      verdict: string;
      missingBytes: number | null;
      /** The longest context with which it would be fully on the device. */
      ceilingTokens: number | null;
    }
  /** It would run, but slowly, or at an unknown speed (null). */
  | { code: 'larger-too-slow'; tag: string; highTokensPerSecond: number | null; wantedTokensPerSecond: number }
  /** It may reach the wanted speed, but is worth less here: what it loses most by. */
  | {
      code: 'larger-worth-less';
      tag: string;
      by: 'context' | 'speed' | 'quantization';
      contextTokens: number;
      lowTokensPerSecond: number;
      highTokensPerSecond: number;
    }
  /** A better model that runs partly on the CPU at a good speed. */
  | { code: 'larger-split'; tag: string; lowTokensPerSecond: number; highTokensPerSecond: number }
  /** Why it is not comfortable: no model was trained for that context; no known speed is enough; only a split is good enough; nothing fits. */
  | { code: 'only-slower'; why: 'context' | 'speed' | 'split' | 'split-better' | 'nothing-fits' }
  /** On the CPU, with RAM of unknown speed. */
  | { code: 'speed-unmeasured' }
  | { code: 'expected-speed'; lowTokensPerSecond: number; highTokensPerSecond: number }
  /** With the whole context in use. */
  | { code: 'slower-when-full'; lowTokensPerSecond: number; highTokensPerSecond: number; contextTokens: number }
  /** How long a prompt takes that fills the context. */
  | { code: 'slow-prompt'; leastSeconds: number; mostSeconds: number; contextTokens: number }
  /** With an assumed bandwidth. */
  | { code: 'speed-assumed' }
  /** What would bring a better model, or the same one more quickly: the cheapest change. */
  | {
      code: 'unlock';
      change: UnlockName;
      /** close-process: its name; device changes: the device; more-ram: bytes. */
      detail: string | null;
      /** What has to be set or reached: a variable, a driver version. */
      setting: string | null;
      tag: string;
      contextTokens: number;
      lowTokensPerSecond: number;
      highTokensPerSecond: number;
    }
  /** Ollama's own choice of devices is slower than another one that it allows. */
  | {
      code: 'faster-placement';
      setting: 'main_gpu' | 'OLLAMA_SCHED_SPREAD' | 'hide-devices' | 'device';
      /** Its placement with the setting. */
      devices: string[];
      /** Its placement without the setting. */
      insteadOf: string[];
      /** hide-devices: what to set in Ollama's environment; main_gpu: it and its number; device: both, of llama-server. */
      variables: string[];
      lowTokensPerSecond: number;
      highTokensPerSecond: number;
      timesAsFast: number;
    };

export type AdviceCode = AdviceFinding['code'];
export type Finding<C extends AdviceCode> = Extract<AdviceFinding, { code: C }>;
