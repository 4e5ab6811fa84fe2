import type { ShownModel } from './types.ts';

/**
 * sha256 of the file of weights behind a tag, bare hex, from the FROM line of its modelfile. null when the server shows
 * none (MLX models have many files).
 */
export function weightsFile(shown: Pick<ShownModel, 'modelfile'>): string | null {
  return /^FROM\s.*sha256-([0-9a-f]{64})/m.exec(shown.modelfile)?.[1] ?? null;
}

/** The same of the draft model that guesses tokens ahead; null where the tag has none. */
export function draftFile(shown: Pick<ShownModel, 'modelfile'>): string | null {
  return /^DRAFT\s.*sha256-([0-9a-f]{64})/m.exec(shown.modelfile)?.[1] ?? null;
}

/** Whether two tags are known to lie on different weights. */
export function weightsDiffer(a: Pick<ShownModel, 'modelfile'>, b: Pick<ShownModel, 'modelfile'>): boolean {
  const [one, other] = [weightsFile(a), weightsFile(b)];
  return one !== null && other !== null && one !== other;
}
