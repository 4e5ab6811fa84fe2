import { buildById, buildByTag } from '../../data/tables.ts';
import { variantIds } from '../../model/types.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import { buildsNamed, puller, sensibleBuilds } from '../builds.ts';
import { candidateFor } from '../candidate.ts';
import type { AdviceFinding } from '../findings.ts';
import { exclusionsOf } from '../recommendation/exclusions.ts';
import { rank } from '../recommendation/rank.ts';
import type { Candidate, CheckRequest, Requirement, RequirementResult, Workload } from '../types.ts';
import { exceedsTrainedContext, workloadFor } from '../workload.ts';

type Outcome = RequirementResult['outcome'];

/**
 * Whether a requirement holds here: met when one of the builds that it allows lies wholly on devices (on a machine without
 * any: in RAM) at that context and is known to be fast enough; failed when none can; unknown in between.
 */
export function evaluate(
  requirement: Requirement,
  request: CheckRequest,
  target: SchedulerTarget,
  tierBytes: number,
): RequirementResult {
  const asked = { ...request, ...overrides(requirement, request) };
  const tried = triedBuilds(requirement, target).map((build) => {
    const workload = workloadFor(asked, build.variant, tierBytes);
    const candidate = candidateFor(target, build, workload);
    return { candidate, ...outcomeOf(candidate, requirement, target, contextReason(asked, workload)) };
  });
  // Without the minimum speed, so that a failure names the build that came closest and not one that was never fast enough to count.
  const demand = { useCase: requirement.useCase, minimumTokensPerSecond: null };
  const order = rank(
    tried.map(({ candidate }) => candidate),
    demand,
  );
  const outcome =
    (['met', 'unknown', 'failed'] as const).find((kind) => tried.some((one) => one.outcome === kind)) ?? 'failed';
  const ofThisOutcome = order.flatMap((candidate) =>
    tried.filter((one) => one.candidate === candidate && one.outcome === outcome),
  );
  const [decided] = ofThisOutcome;
  return { requirement, outcome, tag: decided?.candidate.tag ?? null, reasons: decided?.reasons ?? [] };
}

function overrides(requirement: Requirement, request: CheckRequest): Partial<CheckRequest> {
  const { contextTokensPerSequence: each } = requirement;
  const contextTokens = each === null ? request.contextTokensTotal : each * request.sequences;
  const useCase = requirement.useCase;
  const seeing = useCase === 'vision' || useCase === 'audio';
  return { contextTokensTotal: contextTokens, useCase, vision: seeing ? true : request.vision };
}

function triedBuilds({ variant, build }: Requirement, target: SchedulerTarget) {
  if (variant !== null && build !== null) return buildsNamed(target, variant, fetchedAs(build, target));
  return (variant === null ? [...variantIds] : [variant]).flatMap((id) => sensibleBuilds(target, id));
}

/** A build that shares its tag with another one is the one that the tag fetches here. */
function fetchedAs(build: string, target: SchedulerTarget): string {
  const row = buildById(build);
  return (row && buildByTag(row.tag, puller(target))?.id) ?? build;
}

/** A context that nobody asked for is cut without a word. */
function contextReason({ contextTokensTotal }: CheckRequest, workload: Workload): AdviceFinding[] {
  return contextTokensTotal === null ? [] : exceedsTrainedContext(workload);
}

function outcomeOf(candidate: Candidate, requirement: Requirement, target: SchedulerTarget, context: AdviceFinding[]) {
  const { useCase, minimumTokensPerSecond } = requirement;
  const against = [...context, ...exclusionsOf(candidate, { useCase, minimumTokensPerSecond })];
  if (against.length > 0) return { outcome: 'failed' as Outcome, reasons: against };
  const [decisive] = candidate.reasons;
  const reasons = decisive === undefined ? [] : [decisive];
  const fit = fitOutcome(candidate, target);
  if (fit !== 'met' || minimumTokensPerSecond === null) return { outcome: fit, reasons };
  if (candidate.speed !== null && candidate.speed.lowTokensPerSecond >= minimumTokensPerSecond)
    return { outcome: fit, reasons };
  return {
    outcome: 'unknown' as Outcome,
    reasons: [...reasons, { code: 'speed-unknown' as const, minimumTokensPerSecond }],
  };
}

function fitOutcome({ verdict }: Candidate, target: SchedulerTarget): Outcome {
  if (verdict === 'unknown') return 'unknown';
  const wholly = verdict === 'gpu' || (verdict === 'cpu' && target.groups.length === 0);
  return wholly ? 'met' : 'failed';
}
