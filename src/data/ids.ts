/** The five Gemma 4 models. */
export type VariantId = 'e2b' | 'e4b' | '12b' | '26b' | '31b';
export const variantIds = ['e2b', 'e4b', '12b', '26b', '31b'] as const satisfies readonly VariantId[];

/** Storage type of the KV cache, by llama.cpp's name. */
export type KvType = 'f16' | 'q8_0' | 'q4_0';
export const kvTypes = ['f16', 'q8_0', 'q4_0'] as const satisfies readonly KvType[];

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
export type UseCase = 'chat' | 'code' | 'agent' | 'vision' | 'audio' | 'long';
export const useCases = ['chat', 'code', 'agent', 'vision', 'audio', 'long'] as const satisfies readonly UseCase[];
