/** The Gemma 4 models, in order of size. */
export type VariantId = 'e2b' | 'e4b' | '12b' | '26b' | '31b';
export const variantIds = ['e2b', 'e4b', '12b', '26b', '31b'] as const satisfies readonly VariantId[];

/** What runs a model: Ollama, or a llama-server of one's own. */
export type Runtime = 'ollama' | 'llama.cpp';
export const runtimeIds = ['ollama', 'llama.cpp'] as const satisfies readonly Runtime[];

/** Storage type of the KV cache, by llama.cpp's name. */
export type KvType = 'f16' | 'q8_0' | 'q4_0';
export const kvTypes = ['f16', 'q8_0', 'q4_0'] as const satisfies readonly KvType[];
/** Bytes of one K or V element: ggml's block_q8_0 takes 34 bytes and block_q4_0 18 for 32 elements (ggml-common.h). */
export const kvBytesPerElement: Record<KvType, number> = { f16: 2, q8_0: 34 / 32, q4_0: 18 / 32 };

/** Generations of llama.cpp whose memory differs, by the first version of each that was measured, oldest first. */
export type Engine = 'v0.5.0' | 'v0.6.0' | 'v0.8.0';
export const engines = ['v0.5.0', 'v0.6.0', 'v0.8.0'] as const satisfies readonly Engine[];

/** Stock llama.cpp quantizations that data/weights.json has bytes for, smallest first. */
export const quantizations = [
  'Q2_K',
  'Q3_K_M',
  'IQ4_XS',
  'Q4_0',
  'Q4_K_S',
  'Q4_K_M',
  'Q5_K_M',
  'Q6_K',
  'Q8_0',
  'BF16',
] as const;
export type Quantization = (typeof quantizations)[number];

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

/** Instruction sets that llama.cpp has kernels for, and those that distinguish an old CPU from an unknown one. */
export const cpuFeatures = [
  'sse2',
  'sse4_2',
  'avx',
  'avx2',
  'f16c',
  'fma',
  'bmi2',
  'avx_vnni',
  'avx512f',
  'avx512_vnni',
  'avx512_bf16',
  'amx_tile',
  'amx_int8',
  'amx_bf16',
  'neon',
  'fp16',
  'dotprod',
  'i8mm',
  'bf16',
  'sve',
  'sve2',
  'vsx',
  'rvv',
] as const;
export type CpuFeature = (typeof cpuFeatures)[number];

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

/** What a model is wanted for. */
export const useCases = ['chat', 'code', 'agent', 'vision', 'audio', 'long'] as const;
export type UseCase = (typeof useCases)[number];

/** Contexts that tables and completion step through, tokens of one sequence: 4K to 256K, doubling. */
export const contextSteps = [4096, 8192, 16_384, 32_768, 65_536, 131_072, 262_144] as const;

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
