import type { Build } from '../data/schema.ts';
import { buildById, buildByTag } from '../data/tables.ts';
import { FitError } from '../errors.ts';
import type { Machine } from '../machine/types.ts';
import { type VariantId, variantIds } from '../model/types.ts';
import { buildsNamed, puller, sensibleBuilds } from './build-choice.ts';
import { candidateFor } from './candidate.ts';
import { type CheckContext, check } from './check.ts';
import { tierMemoryBytes } from './default-context.ts';
import { rank } from './rank.ts';
import { type Site, siteOf } from './site.ts';
import type { Candidate, CheckRequest } from './types.ts';
import { wishFor } from './wish.ts';

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
  const site = siteOf(machine, request.ollamaVersion);
  const tierBytes = tierMemoryBytes(machine);
  const at = (builds: readonly Build[], asked: CheckRequest) =>
    rank(
      builds.map((build) => candidateFor(site, build, wishFor(asked, build.variant, tierBytes))),
      asked,
    );
  const builds = model === null ? [recommendedBuild(machine, request, context)] : named(site, model);
  const [best] = at(builds, request);
  if (best === undefined) throw unknownModel(model ?? '');
  return request.contextTokens === null ? atCeiling(best, (asked) => at(builds, asked), request) : best;
}

/** The same build at its ceiling; a context is only ever raised, and only where everything stays on the device. */
function atCeiling(best: Candidate, at: (asked: CheckRequest) => Candidate[], request: CheckRequest): Candidate {
  const { ceilingTokens, verdict, workload } = best;
  if (verdict !== 'gpu' || ceilingTokens === null || ceilingTokens <= workload.contextTokens) return best;
  const raised = at({ ...request, contextTokens: ceilingTokens }).find(({ build }) => build === best.build);
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

/** Builds that a typed name may mean: `26b`, `26b:q8_0`, `26b-a4b-it-qat`, `gemma4:26b`. */
function named(site: Site, model: string): Build[] {
  const text = model.trim().toLowerCase();
  const [name = '', ...rest] = text.split(':');
  const variant = variantIds.find((id): id is VariantId => id === name);
  if (variant !== undefined) {
    const builds = rest.length === 0 ? sensibleBuilds(site, variant) : buildsNamed(site, variant, rest.join(':'));
    if (builds.length > 0) return builds;
    throw unknownModel(model);
  }
  const build = buildByTag(text, puller(site));
  if (build === null) throw unknownModel(model);
  return [build];
}

function unknownModel(model: string): FitError {
  return new FitError(
    'unknown-variant',
    `There is no Gemma 4 model "${model}".`,
    `Choose one of ${variantIds.join(', ')}, or a tag from gemma-fit list.`,
  );
}
