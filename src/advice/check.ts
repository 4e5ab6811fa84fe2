import { buildById, dataVersion, variantOf } from '../data/tables.ts';
import type { Machine } from '../machine/types.ts';
import { tierMemoryBytes } from '../server-rules/context.ts';
import type { SchedulerTarget } from '../server-rules/target.ts';
import { allSensibleBuilds } from './builds.ts';
import { candidateFor } from './candidate.ts';
import { candidateAt } from './candidate-at.ts';
import { ceilingFinding, leversFor } from './context/levers.ts';
import { defaultRunOf } from './default-run.ts';
import type { AdviceFinding } from './findings.ts';
import { plainServerRun } from './launch/plain-run.ts';
import { isPhone, phoneBuilds, rankOnPhone } from './phone.ts';
import { alternativesTo, noAlternatives } from './recommendation/alternatives.ts';
import { fasterPlacement } from './recommendation/faster-placement.ts';
import { rank } from './recommendation/rank.ts';
import { recommend } from './recommendation/recommend.ts';
import { unlockOf } from './recommendation/unlock.ts';
import { requireSensible, settledRequest } from './request.ts';
import { evaluate } from './requirements/evaluate.ts';
import { isOllama, machineFor, targetOf } from './server.ts';
import type { Alternatives, Candidate, CheckRequest, CheckResult, DefaultRun, Recommendation } from './types.ts';
import { mostSequencesOf, usersFinding, withMost } from './users.ts';
import { checkWarnings } from './warnings.ts';
import { workloadFor } from './workload.ts';

/** What a caller adds to the answer. */
export interface CheckContext {
  /** Version of this tool. */
  version: string;
  /** Age of the newest row of the tables, days. */
  dataAgeDays: number;
  /** Only the answer, without alternatives and what would change it (for many machines). */
  brief?: boolean;
}

/** A request that asks for nothing: every choice left to the tool. */
export const openRequest: CheckRequest = {
  contextTokensTotal: null,
  kvType: 'f16',
  sequences: 1,
  useCase: null,
  minimumTokensPerSecond: null,
  requirements: [],
  microBatch: null,
  vision: null,
  ollamaVersion: null,
};

/**
 * What this machine can run, and which one to take. Candidates come best first; the recommendation is the first of them that
 * answers the request. Same machine, same request, same tables: same answer. Throws FitError `bad-number` or `usage`.
 */
export function checkMachine(found: Machine, open: CheckRequest, context: CheckContext): CheckResult {
  requireSensible(open);
  const request = settledRequest(found, open);
  const machine = machineFor(found, request);
  const target = targetOf(machine, request);
  const asked = withSequences(withUse(request), machine, target);
  const tierBytes = tierMemoryBytes(machine);
  const ranked = rankedOn(machine, target, asked);
  const chosen = recommend(ranked, asked);
  const brief = context.brief === true;
  const plainRun = chosen && !brief ? plainRunOf(target, chosen, tierBytes) : null;
  const alternatives = brief ? noAlternatives : launchable(alternativesTo(chosen, ranked, asked), target, asked);
  return {
    schemaVersion: '1.0',
    tool: { name: 'gemma-fit', version: context.version },
    data: { version: dataVersion, ageDays: context.dataAgeDays },
    machine,
    request: asked.sequences === request.sequences ? request : { ...request, ...sequencesOf(asked) },
    candidates: ranked,
    recommendation: chosen && (brief ? chosen : explained(chosen, plainRun, machine, target, asked)),
    alternatives,
    plainRun,
    unlock: brief ? null : unlockOf(machine, target, chosen, asked, alternatives.bestQuality),
    requirements: request.requirements.map((requirement) => evaluate(requirement, asked, target)),
    warnings: checkWarnings(machine, target, asked, chosen, tierBytes),
  };
}

/** Best first. For `max` in the order without it, so that the same model is recommended, and each with its longest context. */
function rankedOn(machine: Machine, target: SchedulerTarget, asked: CheckRequest): Candidate[] {
  if (asked.contextTokensTotal !== 'max') return rankedAt(machine, target, asked);
  const open = rankedAt(machine, target, { ...asked, contextTokensTotal: null });
  const builds = open.flatMap(({ build }) => buildById(build) ?? []);
  return builds.map((build) => candidateAt(target, build, asked));
}

function rankedAt(machine: Machine, target: SchedulerTarget, asked: CheckRequest): Candidate[] {
  const phone = isPhone(machine);
  const builds = phone ? phoneBuilds(allSensibleBuilds(target)) : allSensibleBuilds(target);
  const candidates = builds.map((build) => candidateAt(target, build, asked));
  return phone ? rankOnPhone(rank(candidates, asked)) : rank(candidates, asked);
}

/** As many at a time as stay on devices of what would be recommended for one. */
function withSequences(asked: CheckRequest, machine: Machine, target: SchedulerTarget): CheckRequest {
  if (asked.mostSequences !== true) return asked;
  const chosen = recommend(rankedOn(machine, target, asked), asked);
  return { ...withMost(asked, chosen && mostSequencesOf(target, chosen, asked)), mostSequences: true };
}

const sequencesOf = ({ sequences, contextTokensTotal }: CheckRequest) => ({ sequences, contextTokensTotal });

function plainRunOf(target: SchedulerTarget, chosen: Candidate, tierBytes: number): DefaultRun | null {
  return isOllama(target) ? defaultRunOf(target, chosen, tierBytes) : plainServerRun(target, chosen);
}

/** A longer context may be laid otherwise than the one of the table. */
function launchable(alternatives: Alternatives, target: SchedulerTarget, request: CheckRequest): Alternatives {
  const { longerContext } = alternatives;
  const build = longerContext === null ? null : buildById(longerContext.build);
  if (longerContext?.launch === undefined || build === null) return alternatives;
  const workload = workloadFor(request, longerContext.variant, longerContext.contextTokensTotal);
  const { launch } = candidateFor(target, build, workload);
  return { ...alternatives, longerContext: { ...longerContext, ...(launch !== undefined && { launch }) } };
}

/** Image and audio input need the projector. */
function withUse(request: CheckRequest): CheckRequest {
  const needsProjector = request.useCase === 'vision' || request.useCase === 'audio';
  return needsProjector && request.vision === null ? { ...request, vision: true } : request;
}

/** Adds what a plain `ollama run` would do, the longest context, and what would raise it. */
function explained(
  chosen: Recommendation,
  plainRun: DefaultRun | null,
  machine: Machine,
  target: SchedulerTarget,
  request: CheckRequest,
): Recommendation {
  const workload = workloadFor(request, chosen.variant, chosen.workload.contextTokensTotal);
  const trained = variantOf(chosen.variant).architecture.trainedContextTokens * workload.sequences;
  const { ceilingTokens } = chosen;
  const several = request.sequences > 1 || request.mostSequences === true;
  const mostSequences = several ? mostSequencesOf(target, chosen, request) : null;
  const because: AdviceFinding[] = [
    ...chosen.because,
    ...(isPhone(machine) ? [] : usersFinding(target, chosen, request, mostSequences)),
    ...(plainRun === null ? [] : [{ code: 'plain-run' as const, ...plainRun, ceilingTokens }]),
    ceilingFinding(target, chosen, workload, trained),
    ...leversFor(machine, target, chosen, workload),
    ...[fasterPlacement(target, chosen, workload)].filter((finding) => finding !== null),
  ];
  return { ...chosen, ...(several && { mostSequences }), because };
}
