import { useRow } from '../data/advice.ts';
import type { UseRow } from '../data/advice-schema.ts';
import type { UseCase, VariantId } from '../data/ids.ts';
import { variantOf } from '../data/tables.ts';

/** The default use. */
export const defaultUseCase: UseCase = 'chat';

/** What a use asks of a model (data/advice.json). */
export function profileOf(useCase: UseCase | null): UseRow {
  return useRow(useCase ?? defaultUseCase);
}

const scores = new Map<string, number>();

/** Quality of a model for a use, points of 100: the mean of the use's benchmarks. One without a score counts as 0. */
export function qualityPoints(variant: VariantId, useCase: UseCase | null): number {
  const profile = profileOf(useCase);
  const key = `${variant} ${profile.use}`;
  const found = scores.get(key);
  if (found !== undefined) return found;
  const { benchmarks } = variantOf(variant);
  const points = profile.benchmarks.reduce((sum, id) => sum + (benchmarks[id] ?? 0), 0) / profile.benchmarks.length;
  scores.set(key, points);
  return points;
}
