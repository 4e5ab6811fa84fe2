import type { Candidate, UseCase } from '../advice/types.ts';
import { profileOf, qualityPoints } from '../advice/use-case.ts';
import type { BenchmarkId } from '../data/vocabulary.ts';

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

/** Head of the column that compares the models for a use: its benchmark, short, so without a version; Quality for a mean of several. */
export function scoreHead(useCase: UseCase | null): string {
  const [only, ...others] = profileOf(useCase).benchmarks;
  return only === undefined || others.length > 0 ? 'Quality' : benchmarkNames[only].replace(/ v\d.*$/, '');
}

/** Quality of the model for a use, points of 100; `-` where it has no score. */
export function scoreText({ variant }: Candidate, useCase: UseCase | null): string {
  const points = qualityPoints(variant, useCase);
  return points === 0 ? '-' : points.toFixed(1);
}
