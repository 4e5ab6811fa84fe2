/** The Gemma 4 models, in order of size. */
export const variantIds = ['e2b', 'e4b', '12b', '26b', '31b'] as const;
export type VariantId = (typeof variantIds)[number];

/** What runs a model: Ollama, or a llama-server of one's own. */
export const runtimeIds = ['ollama', 'llama.cpp'] as const;
export type Runtime = (typeof runtimeIds)[number];

/** Storage type of the KV cache, by llama.cpp's name. */
export const kvTypes = ['f16', 'q8_0', 'q4_0'] as const;
export type KvType = (typeof kvTypes)[number];
/** Bytes of one K or V element: ggml's block_q8_0 takes 34 bytes and block_q4_0 18 for 32 elements (ggml-common.h). */
export const kvBytesPerElement: Record<KvType, number> = { f16: 2, q8_0: 34 / 32, q4_0: 18 / 32 };

/** Generations of llama.cpp whose memory differs, by the first version of each that was measured, oldest first. */
export const engines = ['v0.5.0', 'v0.6.0', 'v0.8.0'] as const;
export type Engine = (typeof engines)[number];

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

/** Operating systems that Ollama runs on, by Node's names. */
export const knownPlatforms = ['linux', 'darwin', 'win32'] as const;
export type KnownPlatform = (typeof knownPlatforms)[number];

/** What a model is wanted for. */
export const useCases = ['chat', 'code', 'agent', 'vision', 'audio', 'long'] as const;
export type UseCase = (typeof useCases)[number];

/** Contexts that tables and completion step through, tokens of one sequence: 4K to 256K, doubling. */
export const contextSteps = [4096, 8192, 16_384, 32_768, 65_536, 131_072, 262_144] as const;
