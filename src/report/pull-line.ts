import type { Candidate, CheckRequest } from '../advice/types.ts';
import { shortTag } from './labels.ts';
import { npxProgram } from './program-name.ts';
import { formatContext } from './units.ts';

/**
 * What to type so that `pull` sets a candidate up as it was calculated. Context and parallel requests are always what the candidate has;
 * the rest is there only where it was asked for.
 * @param contextTokens total over all sequences; pull takes the context of one
 */
export function pullLine(
  candidate: Pick<Candidate, 'tag' | 'workload'>,
  { microBatch, vision }: Pick<CheckRequest, 'microBatch' | 'vision'>,
  { contextTokens = candidate.workload.contextTokensTotal, program = npxProgram } = {},
): string {
  const { sequences, kvType } = candidate.workload;
  const flags = [
    `--context ${contextArgument(contextOfOne(contextTokens, sequences))}`,
    ...(sequences > 1 ? [`--parallel ${sequences}`] : []),
    ...(kvType === 'f16' ? [] : [`--kv-cache ${kvType}`]),
    ...(vision === false ? ['--text-only'] : []),
    ...(microBatch === null ? [] : [`--micro-batch ${microBatch}`]),
  ];
  return `${program} pull ${shortTag(candidate)} ${flags.join(' ')}`;
}

/** Of the context over all sequences what one of them has: whole tokens. */
export function contextOfOne(contextTokens: number, sequences: number): number {
  return Math.floor(contextTokens / sequences);
}

/** `32K`, or `4 x 32K` of several. */
export function formatContexts(contextTokensTotal: number, sequences: number): string {
  const one = formatContext(contextOfOne(contextTokensTotal, sequences));
  return sequences > 1 ? `${sequences} x ${one}` : one;
}

/** `32k` where the tokens are whole thousands of 1024, else all digits. */
export function contextArgument(tokens: number): string {
  return tokens > 0 && tokens % 1024 === 0 ? `${tokens / 1024}k` : String(tokens);
}
