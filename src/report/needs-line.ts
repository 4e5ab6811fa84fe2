import type { CheckRequest, CheckResult, Requirement } from '../advice/types.ts';
import { profileOf, qualityPoints } from '../advice/use-case.ts';
import { type VariantId, variantIds } from '../data/ids.ts';
import { contextArgument, contextOfOne } from './pull-line.ts';

/** What to type to see which hardware does what was asked, or what a requirement that failed asks: `gemma-fit needs e4b --for agent --context 64k`. */
export function needsLine(
  { candidates, request, requirements }: Pick<CheckResult, 'candidates' | 'request' | 'requirements'>,
  program: string,
): string {
  const failed = requirements.find(({ outcome }) => outcome === 'failed')?.requirement ?? null;
  const variant = failed?.variant ?? wantedVariant(candidates, request);
  return [program, 'needs', variant, ...askedFlags(failed === null ? request : asRequest(failed, request))].join(' ');
}

/** What a requirement asks, in the place of the request's own. */
function asRequest(requirement: Requirement, request: CheckRequest): CheckRequest {
  const { contextTokensPerSequence: each, minimumTokensPerSecond, useCase } = requirement;
  return {
    ...request,
    useCase: useCase ?? request.useCase,
    contextTokensTotal: each === null ? request.contextTokensTotal : each * request.sequences,
    minimumTokensPerSecond: minimumTokensPerSecond ?? request.minimumTokensPerSecond,
  };
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
