import { buildById, buildByTag } from '../../data/tables.ts';
import { variantIds } from '../../model/types.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import { buildsNamed, puller, sensibleBuilds } from '../builds.ts';
import { candidateAt } from '../candidate-at.ts';
import type { AdviceFinding } from '../findings.ts';
import type { Purpose } from '../judged.ts';
import { exclusionsOf } from '../recommendation/exclusions.ts';
import { rank } from '../recommendation/rank.ts';
import { runOutcome, slowness } from '../run-outcome.ts';
import type { Candidate, CheckRequest, Requirement, RequirementResult } from '../types.ts';

type Judged = Pick<RequirementResult, 'outcome' | 'reasons'>;

/**
 * Whether a requirement holds here. Met: one of its builds runs at that context (`:gpu`: fully on devices) and is certain to be as fast as
 * required, or as fast as a person reads. Failed: none can. Unknown in between.
 */
export function evaluate(requirement: Requirement, request: CheckRequest, target: SchedulerTarget): RequirementResult {
  const asked = { ...request, ...overrides(requirement, request) };
  // By whatever placement meets it; without a context, with the one that would be recommended, else the longest that meets it.
  const suits: Purpose['suits'] = (run) => runOutcome(run, requirement) === 'met';
  const tried = triedBuilds(requirement, target).map((build) => {
    const candidate = candidateAt(target, build, asked, undefined, suits);
    return { candidate, ...judge(candidate, requirement, asked) };
  });
  // Without the minimum speed, so that a failure names the build that came closest.
  const order = rank(
    tried.map(({ candidate }) => candidate),
    { useCase: requirement.useCase, minimumTokensPerSecond: null },
  );
  const outcome =
    (['met', 'unknown', 'failed'] as const).find((kind) => tried.some((one) => one.outcome === kind)) ?? 'failed';
  const [decided] = order.flatMap((candidate) =>
    tried.filter((one) => one.candidate === candidate && one.outcome === outcome),
  );
  return {
    requirement,
    outcome,
    tag: decided?.candidate.tag ?? null,
    contextTokensPerSequence: decided?.candidate.workload.contextTokensPerSequence ?? null,
    refusal: decided?.candidate.refusal ?? null,
    reasons: decided?.reasons ?? [],
  };
}

function overrides(requirement: Requirement, request: CheckRequest): Partial<CheckRequest> {
  const { contextTokensPerSequence: each, useCase } = requirement;
  const contextTokensTotal = each === null ? request.contextTokensTotal : each * request.sequences;
  const seeing = useCase === 'vision' || useCase === 'audio';
  return { contextTokensTotal, useCase, vision: seeing ? true : request.vision };
}

function triedBuilds({ variant, build }: Requirement, target: SchedulerTarget) {
  if (variant !== null && build !== null) return buildsNamed(target, variant, fetchedAs(build, target));
  return (variant === null ? [...variantIds] : [variant]).flatMap((id) => sensibleBuilds(target, id));
}

/** Where two builds share a tag, the one that the tag fetches here counts. */
function fetchedAs(build: string, target: SchedulerTarget): string {
  const row = buildById(build);
  return (row && buildByTag(row.tag, puller(target))?.id) ?? build;
}

function judge(candidate: Candidate, requirement: Requirement, asked: CheckRequest): Judged {
  const [decisive] = candidate.reasons;
  const because = decisive === undefined ? [] : [decisive];
  const against = [...shortContext(candidate, asked), ...wrongInput(candidate, requirement)];
  if (against.length > 0) return { outcome: 'failed', reasons: against };
  const outcome = runOutcome(candidate, requirement);
  return { outcome, reasons: [...slowness(candidate, requirement), ...because] };
}

/** Only a requested context is reported as too long. */
function shortContext({ workload }: Candidate, { contextTokensTotal }: CheckRequest): AdviceFinding[] {
  if (typeof contextTokensTotal !== 'number' || contextTokensTotal <= workload.contextTokensTotal) return [];
  return [
    {
      code: 'above-trained-context',
      contextTokens: contextTokensTotal,
      trainedTokens: workload.contextTokensTotal,
    },
  ];
}

function wrongInput(candidate: Candidate, { useCase }: Requirement): AdviceFinding[] {
  return exclusionsOf(candidate, { useCase, minimumTokensPerSecond: null }).filter(
    ({ code }) => code === 'missing-modality',
  );
}
