import type { Build } from '../data/schema.ts';
import { buildByTag } from '../data/tables.ts';
import { FitError } from '../errors.ts';
import { emptyMachine } from '../machine/hypothetical/index.ts';
import type { Machine } from '../machine/types.ts';
import { findVariant, unknownModel, variantOrTagHint } from '../model/variant-name.ts';
import { type SchedulerTarget, toSchedulerTarget } from '../server-rules/target.ts';
import { buildsNamed, isLoadable, puller, sensibleBuilds } from './builds.ts';
import { candidateAt } from './candidate-at.ts';
import { type CheckContext, checkMachine } from './check.ts';
import { exitOf } from './exit.ts';
import type { Finding } from './findings.ts';
import { exclusionsOf } from './recommendation/exclusions.ts';
import { rank } from './recommendation/rank.ts';
import { settledRequest } from './request.ts';
import { targetOf } from './server.ts';
import { inTheWayOf } from './server-in-the-way.ts';
import type { Candidate, CheckRequest, CheckResult } from './types.ts';
import { mostSequencesOf, withMost } from './users.ts';

/**
 * The candidate to take: the named model or build at its best, else what `check` recommends, at the context that `check` shows.
 * Throws FitError `no-fit`, `ollama-too-old`, `blocked` or `cannot-tell` when nothing can be recommended, `unknown-variant` for a name the tables lack.
 */
export function chooseCandidate(
  machine: Machine,
  request: CheckRequest,
  model: string | null,
  context: CheckContext,
): Candidate {
  if (model !== null) return notRuledOut(candidateNamed(machine, request, model), request);
  const result = checkMachine(machine, request, context);
  if (result.recommendation === null) throw nothingToTake(result);
  const { because, ...candidate } = result.recommendation;
  return candidate;
}

/** The named model or build at its best. Throws FitError `unknown-variant`. */
export function candidateNamed(machine: Machine, open: CheckRequest, model: string): Candidate {
  const request = settledRequest(machine, open);
  const target = targetOf(machine, request);
  const candidates = named(target, model).map((build) => candidateAt(target, build, request));
  const [best] = rank(candidates, request);
  if (best === undefined) throw unknownModel(model, variantOrTagHint);
  if (request.mostSequences !== true) return best;
  return candidateNamed(machine, withMost(request, mostSequencesOf(target, best, request)), model);
}

/** Throws FitError `no-fit` for what cannot do what was asked, however it is set up. */
function notRuledOut(candidate: Candidate, request: CheckRequest): Candidate {
  const { tag } = candidate;
  for (const one of insistedOn(candidate, request)) {
    const another = 'Name another model, or leave it out: gemma-fit then takes one that can, if there is one.';
    if (one.code === 'missing-modality')
      throw new FitError('no-fit', `${tag} does not take ${one.modality} input.`, another);
    const [most, least] = [Math.floor(one.tokensPerSecond), one.minimumTokensPerSecond];
    throw new FitError('no-fit', `${tag} reaches at most ${most} tok/s here, and ${least} were asked for.`, another);
  }
  return candidate;
}

/** Why a model that was named does not do what was insisted on: a minimum speed that is out of reach, or an input that it does not take. */
export function insistedOn(
  candidate: Candidate,
  request: CheckRequest,
): (Finding<'too-slow'> | Finding<'missing-modality'>)[] {
  return exclusionsOf(candidate, request).filter((one) => one.code === 'too-slow' || one.code === 'missing-modality');
}

function nothingToTake(result: CheckResult): FitError {
  const exit = exitOf({ ...result, requirements: [] });
  if (exit === 'unknown') {
    return new FitError(
      'cannot-tell',
      'Which model fits is unknown: not enough could be measured.',
      'Name one: gemma-fit pull e4b',
    );
  }
  if (exit === 'ollama-unavailable') {
    const { code, sentence, hint } = inTheWayOf(result);
    return new FitError(code, sentence, hint);
  }
  return new FitError(
    'no-fit',
    'No Gemma 4 model fits this machine as asked.',
    'gemma-fit check shows what is missing; a shorter --context may do.',
  );
}

/** Builds that a typed name may mean: `26b`, `26b:q8_0`, `26b-a4b-it-qat`, `gemma4:26b`. None: an unknown name. */
function named(target: SchedulerTarget, model: string): Build[] {
  const text = model.trim().toLowerCase();
  const [name = '', ...rest] = text.split(':');
  const variant = findVariant(name);
  if (variant !== null)
    return rest.length === 0 ? sensibleBuilds(target, variant) : buildsNamed(target, variant, rest.join(':'));
  const build = buildByTag(text, puller(target));
  if (build === null) return [];
  if (isLoadable(target, build)) return [build];
  throw new FitError(
    'usage',
    `${build.tag} is a tag of Ollama's library, which llama-server does not read.`,
    `Name the model (${build.variant}), a .gguf file, or a repository of Hugging Face (hf.co/...).`,
  );
}

/** Throws FitError `unknown-variant` for a name that matches no build on any computer. Needs no server. */
export function requireKnownModel(model: string): void {
  const platforms = ['linux', 'darwin'] as const;
  const targets = platforms.map((platform) => {
    const machine = emptyMachine();
    return toSchedulerTarget({ ...machine, os: { ...machine.os, platform, arch: 'arm64' } }, null);
  });
  if (!targets.some((target) => named(target, model).length > 0)) throw unknownModel(model, variantOrTagHint);
}
