/** Who makes a GPU or chip. */
export const vendors = ['nvidia', 'amd', 'intel', 'apple', 'other'] as const;
export type Vendor = (typeof vendors)[number];

/** discrete: with memory of its own. integrated: a part of the CPU. unified: one memory for both. */
export const acceleratorKinds = ['discrete', 'integrated', 'unified'] as const;
export type AcceleratorKind = (typeof acceleratorKinds)[number];

/** What Ollama drives a GPU with; none: with nothing. */
export const backends = ['cuda', 'rocm', 'metal', 'vulkan', 'sycl', 'none'] as const;
export type Backend = (typeof backends)[number];

/** How a model that runs is laid out: on devices, shared with the CPU, on the CPU. */
export const runModes = ['full', 'split', 'cpu'] as const;
export type RunMode = (typeof runModes)[number];

/** How bad a known problem is, the worst first. */
export const problemSeverities = ['blocker', 'wrong', 'slow', 'note'] as const;
export type ProblemSeverity = (typeof problemSeverities)[number];

/** Builds of the library whose tag was filled anew: A up to September 2026, B since. */
export const buildGenerations = ['A', 'B'] as const;
export type BuildGeneration = (typeof buildGenerations)[number];

/** Why Ollama reads a model's file into memory instead of mapping it: server-rules/mmap.ts. */
export const mmapOffReasons = ['cpu', 'windows-cuda', 'metal-partial', 'host-pressure'] as const;
export type MmapOff = (typeof mmapOffReasons)[number];

/** dense: 12b and 31b. moe: 26b. small: e2b and e4b, with their short layers. */
export const speedClasses = ['dense', 'moe', 'small'] as const;

/**
 * How the linear layers of an MLX build are stored. nvfp4u: all of them NVFP4. nvfp4p: Ollama's policy, which keeps the head and part of the
 * value, down and expert projections at MXFP8. affineN: MLX's own N-bit format in groups of 64.
 */
export const mlxLayouts = ['nvfp4u', 'nvfp4p', 'mxfp8', 'bf16', 'affine4', 'affine5', 'affine6', 'affine8'] as const;
export const mlxFormats = ['nvfp4', 'mxfp8', 'bf16', 'affine4', 'affine5', 'affine6', 'affine8'] as const;
/** Chips that fill command buffers alike: 40 operations or 40 MB, as MLX's source says of base and Pro, against 50 and 50. Which chip is which: mlxChipClass. */
export const mlxChipClasses = ['base-pro', 'max-ultra'] as const;

export type MlxLayout = (typeof mlxLayouts)[number];
export type MlxFormat = (typeof mlxFormats)[number];
export type MlxChipClass = (typeof mlxChipClasses)[number];

/** What a model takes in. */
export const modalities = ['text', 'image', 'audio', 'video'] as const;
export type Modality = (typeof modalities)[number];

/** Benchmarks of Google's model cards. */
export const benchmarkIds = [
  'mmluPro',
  'aime2026',
  'liveCodeBenchV6',
  'codeforcesElo',
  'gpqaDiamond',
  'tau2',
  'tau2Retail',
  'humanitysLastExam',
  'bigBenchExtraHard',
  'mmmlu',
  'mmmuPro',
  'mathVision',
  'omniDocBench15',
  'mrcrV2At128k',
  'lmArenaText',
] as const;
export type BenchmarkId = (typeof benchmarkIds)[number];

/** Features of Ollama that came with a version; data/runtimes.json says with which (`gates`). */
export const gateFeatures = [
  'gemma4',
  'flash-attention',
  'mlx',
  'mlx-draft',
  'llama-server',
  'gemma4-12b',
  'qat',
  'mtp',
  'driver-floor',
  'projector-margin',
  'small-models-split',
  'gguf-draft',
  'mlx-vision',
  'mlx-snapshots-evicted',
  'manifest-lists',
  'gguf-conversion',
] as const;
export type GateFeature = (typeof gateFeatures)[number];
