import type { Candidate, CheckRequest } from '../advice/types.ts';
import { contextPerSequence } from '../advice/workload.ts';
import { shortTag } from './labels.ts';

/**
 * What to type so that `pull` sets a candidate up as it was worked out. Context and parallel answers are always what the candidate
 * has, because pull takes the largest context where none is named; the rest stands there only where it was asked for.
 * @param contextTokensTotal over all sequences; pull takes the context of one
 */
export function pullLine(
  candidate: Pick<Candidate, 'tag' | 'workload'>,
  { microBatch, vision }: Pick<CheckRequest, 'microBatch' | 'vision'>,
  contextTokensTotal = candidate.workload.contextTokensTotal,
): string {
  const { sequences, kvType } = candidate.workload;
  const flags = [
    `--context ${contextPerSequence({ contextTokensTotal, sequences })}`,
    ...(sequences > 1 ? [`--parallel ${sequences}`] : []),
    ...(kvType === 'f16' ? [] : [`--kv-cache ${kvType}`]),
    ...(vision === false ? ['--text-only'] : []),
    ...(microBatch === null ? [] : [`--micro-batch ${microBatch}`]),
  ];
  return `npx gemma-fit pull ${shortTag(candidate)} ${flags.join(' ')}`;
}
