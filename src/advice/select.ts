import type { Build } from '../data/schema.ts';
import { buildById, buildByTag } from '../data/tables.ts';
import { FitError } from '../errors.ts';
import type { Machine } from '../machine/types.ts';
import { type VariantId, variantIds } from '../model/types.ts';
import { tierMemoryBytes } from '../server-rules/context.ts';
import { type SchedulerTarget, toSchedulerTarget } from '../server-rules/target.ts';
import { buildsNamed, puller, sensibleBuilds } from './builds.ts';
import { candidateFor } from './candidate.ts';
import { type CheckContext, check } from './check.ts';
import { rank } from './recommendation/rank.ts';
import type { Candidate, CheckRequest } from './types.ts';
import { workloadFor } from './workload.ts';

/**
 * The candidate to take: the named model or build at its best, else what `check` recommends. With no context asked for, a
 * candidate that lies wholly on devices gets the largest context that stays there.
 * Throws FitError `no-fit` or `cannot-tell` when nothing can be recommended, `unknown-variant` for a name the tables lack.
 */
export function chooseCandidate(
  machine: Machine,
  request: CheckRequest,
  model: string | null,
  context: CheckContext,
): Candidate {
  const best = bestFor(machine, request, (target) =>
    model === null ? [recommendedBuild(machine, request, context)] : named(target, model),
  );
  if (best === undefined) throw unknownModel(model ?? '');
  return request.contextTokensTotal === null ? atCeiling(best, machine, request) : best;
}

/** The named model or build at its best, with the context that is asked, else the default one. Throws FitError `unknown-variant`. */
export function candidateNamed(machine: Machine, request: CheckRequest, model: string): Candidate {
  const best = bestFor(machine, request, (target) => named(target, model));
  if (best === undefined) throw unknownModel(model);
  return best;
}

/** Undefined when there is no build to choose from. */
function bestFor(
  machine: Machine,
  request: CheckRequest,
  buildsAt: (target: SchedulerTarget) => Build[],
): Candidate | undefined {
  const target = toSchedulerTarget(machine, request.ollamaVersion);
  const tierBytes = tierMemoryBytes(machine);
  const candidates = buildsAt(target).map((build) =>
    candidateFor(target, build, workloadFor(request, build.variant, tierBytes)),
  );
  return rank(candidates, request)[0];
}

/** The same build at its ceiling; a context is only ever raised, and only where everything stays on the device. */
function atCeiling(best: Candidate, machine: Machine, request: CheckRequest): Candidate {
  const { ceilingTokens, verdict, workload } = best;
  if (verdict !== 'gpu' || ceilingTokens === null || ceilingTokens <= workload.contextTokensTotal) return best;
  const build = buildById(best.build);
  const raised = build && bestFor(machine, { ...request, contextTokensTotal: ceilingTokens }, () => [build]);
  return raised?.verdict === 'gpu' ? raised : best;
}

function recommendedBuild(machine: Machine, request: CheckRequest, context: CheckContext): Build {
  const { recommendation, candidates } = check(machine, request, context);
  const build = recommendation && buildById(recommendation.build);
  if (build) return build;
  if (candidates.some(({ verdict }) => verdict === 'unknown')) {
    throw new FitError(
      'cannot-tell',
      'Cannot tell which model fits: not enough could be measured.',
      'Name one: gemma-fit pull e4b',
    );
  }
  throw new FitError(
    'no-fit',
    'No Gemma 4 model fits this machine as asked.',
    'gemma-fit check shows what is missing; a shorter --context may do.',
  );
}

/** Builds that a typed name may mean: `26b`, `26b:q8_0`, `26b-a4b-it-qat`, `gemma4:26b`. None: an unknown name. */
function named(target: SchedulerTarget, model: string): Build[] {
  const text = model.trim().toLowerCase();
  const [name = '', ...rest] = text.split(':');
  const variant = variantIds.find((id): id is VariantId => id === name);
  if (variant !== undefined)
    return rest.length === 0 ? sensibleBuilds(target, variant) : buildsNamed(target, variant, rest.join(':'));
  const build = buildByTag(text, puller(target));
  return build === null ? [] : [build];
}

function unknownModel(model: string): FitError {
  return new FitError(
    'unknown-variant',
    `There is no Gemma 4 model "${model}".`,
    `Choose one of ${variantIds.join(', ')}, or a tag from gemma-fit list.`,
  );
}
