import type { BenchmarkId, Modality, UseCase } from '../data/ids.ts';
import type { Variant } from '../data/schema.ts';

/** What a use asks of a model. */
export interface UseCaseProfile {
  /** Input it must take besides text. */
  modality: Modality | null;
  /** Context that the use wants when nobody asks for another, tokens. */
  contextTokens: number;
  /** Slower than this is no pleasure, tokens per second. */
  comfortableTokensPerSecond: number;
  /** The benchmark that says most about it (Google's model card, instruction-tuned, thinking on). */
  benchmark: BenchmarkId;
}

/**
 * Contexts: agents 64K by Ollama's own documentation (docs/context-length.mdx), long documents 128K as in MRCR; speeds: our
 * judgement, from reading speed (about 6 tokens a second) upwards. No benchmark of spoken input covers the family: MMLU Pro stands in.
 */
export const useCaseProfiles: Record<UseCase, UseCaseProfile> = {
  chat: { modality: null, contextTokens: 8192, comfortableTokensPerSecond: 8, benchmark: 'mmluPro' },
  code: { modality: null, contextTokens: 16_384, comfortableTokensPerSecond: 15, benchmark: 'liveCodeBenchV6' },
  agent: { modality: null, contextTokens: 65_536, comfortableTokensPerSecond: 15, benchmark: 'tau2' },
  vision: { modality: 'image', contextTokens: 8192, comfortableTokensPerSecond: 6, benchmark: 'mmmuPro' },
  audio: { modality: 'audio', contextTokens: 8192, comfortableTokensPerSecond: 6, benchmark: 'mmluPro' },
  long: { modality: null, contextTokens: 131_072, comfortableTokensPerSecond: 6, benchmark: 'mrcrV2At128k' },
};

/** The use that is assumed when none is named. */
export const defaultUseCase: UseCase = 'chat';

export function profileOf(useCase: UseCase | null): UseCaseProfile {
  return useCaseProfiles[useCase ?? defaultUseCase];
}

/** Score of a model in a use; higher is better. A model without the score counts as 0. */
export function scoreOf(variant: Variant, benchmark: BenchmarkId): number {
  return variant.benchmarks[benchmark] ?? 0;
}
