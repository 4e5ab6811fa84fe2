import type { Candidate, UseCase } from '../advice/types.ts';
import { profileOf, scoreOf } from '../advice/use-case.ts';
import type { BenchmarkId } from '../data/ids.ts';
import { variantOf } from '../data/variants.ts';

/** Names of Google's benchmarks as their makers write them. */
export const benchmarkNames: Record<BenchmarkId, string> = {
  mmluPro: 'MMLU-Pro',
  aime2026: 'AIME 2026',
  liveCodeBenchV6: 'LiveCodeBench v6',
  codeforcesElo: 'Codeforces Elo',
  gpqaDiamond: 'GPQA Diamond',
  tau2: 'tau2',
  tau2Retail: 'tau2 retail',
  humanitysLastExam: "Humanity's Last Exam",
  bigBenchExtraHard: 'BigBench Extra Hard',
  mmmlu: 'MMMLU',
  mmmuPro: 'MMMU-Pro',
  mathVision: 'MATH-Vision',
  omniDocBench15: 'OmniDocBench 1.5',
  mrcrV2At128k: 'MRCR v2 128K',
  lmArenaText: 'LMArena text',
};

/** Head of the column that compares the models for a use: short, so without a version. */
export function scoreHead(useCase: UseCase | null): string {
  return benchmarkNames[profileOf(useCase).benchmark].replace(/ v\d.*$/, '');
}

/** The model's score in the benchmark of a use; `-` where it has none. */
export function scoreText({ variant }: Candidate, useCase: UseCase | null): string {
  const score = scoreOf(variantOf(variant), profileOf(useCase).benchmark);
  return score === 0 ? '-' : score.toFixed(1);
}
