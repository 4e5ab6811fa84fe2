import type { CheckRequest, CheckResult } from '../advice/types.ts';
import { profileOf, qualityPoints } from '../advice/use-case.ts';
import { type VariantId, variantIds } from '../data/ids.ts';
import { contextArgument, contextOfOne } from './pull-line.ts';

/** What to type to see which hardware does what was asked: `gemma-fit needs e4b --for agent --context 64k`. */
export function needsLine(
  { candidates, request }: Pick<CheckResult, 'candidates' | 'request'>,
  program: string,
): string {
  return [program, 'needs', wantedVariant(candidates, request), ...askedFlags(request)].join(' ');
}

/** The one that was asked for, else the smallest that is good enough for the use. */
function wantedVariant(candidates: CheckResult['candidates'], { useCase }: CheckRequest): VariantId {
  const tried = [...new Set(candidates.map(({ variant }) => variant))];
  const [only] = tried;
  if (tried.length === 1 && only !== undefined) return only;
  const least = profileOf(useCase).leastQuality ?? 0;
  return variantIds.find((variant) => qualityPoints(variant, useCase) >= least) ?? variantIds[0];
}

/** The workload as it was typed; what is left to the tool is left out. */
function askedFlags(request: CheckRequest): string[] {
  const { useCase, contextTokensTotal, sequences, kvType, leftOpen = [], microBatch, runtime } = request;
  const context = contextTokensTotal === 'max' ? 'max' : null;
  const tokens =
    typeof contextTokensTotal === 'number' ? contextArgument(contextOfOne(contextTokensTotal, sequences)) : context;
  return [
    ...(useCase === null ? [] : [`--for ${useCase}`]),
    ...(tokens === null ? [] : [`--context ${tokens}`]),
    ...(sequences > 1 && !leftOpen.includes('sequences') ? [`--parallel ${sequences}`] : []),
    ...(kvType !== 'f16' && !leftOpen.includes('kvType') ? [`--kv-cache ${kvType}`] : []),
    ...(request.minimumTokensPerSecond === null ? [] : [`--min-speed ${request.minimumTokensPerSecond}`]),
    ...(request.vision === false ? ['--text-only'] : []),
    ...(microBatch === null ? [] : [`--micro-batch ${microBatch}`]),
    ...(runtime === undefined ? [] : [`--runtime ${runtime}`]),
  ];
}
