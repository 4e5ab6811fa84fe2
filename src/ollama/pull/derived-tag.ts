import { updateOllama } from '../../data/runtimes.ts';
import { FitError } from '../../errors.ts';
import { cleanLine } from '../../text.ts';
import { type CreateRequest, type OllamaClient, type RequestOptions, ServerError } from '../api/client.ts';
import { fullName, isModelName, sameName, templateOf, templateOfName, variantOfName } from '../api/names.ts';
import type { ProgressLine, ShownModel, TagModel } from '../api/types.ts';
import { weightsDiffer } from '../api/weights-file.ts';
import type { PullPlan, TagSettings } from './plan.ts';
import { isNewer, textOnlyPreview, textOnlyRequest, withoutEncoder } from './text-only.ts';

/** Everything a tag of ours sets; the weights stay those of the base. */
export interface DerivedTag extends TagSettings {
  base: string;
  name: string;
}

/** Model name of every tag that this tool makes by itself. */
export const derivedModel = 'gemma4-fit';

/**
 * Name of the tag made from a base: `gemma4:26b-a4b-it-qat` gives `gemma4-fit:26b-a4b-it-qat`. It keeps the size token,
 * by which Ollama chooses the prompt template, and leaves the context out, so that editors keep their setting when it
 * changes. hf.co names give size and label: `gemma4-fit:26b-q4_k_m`.
 */
export function derivedName(base: string): string {
  const [, path = base, label = 'latest'] = /^(.*?)(?::([^/:]+))?$/.exec(base) ?? [];
  const variant = variantOfName(base);
  const plain = label.toLowerCase();
  const hasSize = variant !== null && variantOfName(`x:${plain}`) === variant;
  const last = path.split('/').at(-1)?.toLowerCase() ?? '';
  const size = variant ?? last.replace(/[^a-z0-9._-]/g, '-');
  const tag = hasSize ? plain : [size, plain === 'latest' ? '' : plain].filter((part) => part !== '').join('-');
  return `${derivedModel}:${tag.slice(0, 80)}`;
}

/** Body of POST /api/create. @param shown the base as the server has it; null: it is not there yet */
export function derivedRequest(plan: DerivedTag, shown: ShownModel | null = null): CreateRequest {
  const { base, name, textOnly } = plan;
  if (!textOnly) return { model: name, from: base, parameters: parametersOf(plan) };
  if (shown === null) return textOnlyPreview(name, base, parametersOf(plan));
  return textOnlyRequest(name, shown, parametersOf(plan));
}

/** Names and meaning: Ollama's Modelfile. */
function parametersOf({
  contextTokensPerSequence,
  microBatch,
  gpuLayers,
  mainGpu,
  sampling,
}: DerivedTag): Record<string, number> {
  return {
    num_ctx: contextTokensPerSequence,
    ...(microBatch !== null && { num_batch: microBatch }),
    ...(gpuLayers !== undefined && { num_gpu: gpuLayers }),
    ...(mainGpu !== undefined && { main_gpu: mainGpu }),
    ...(sampling && {
      temperature: sampling.temperature,
      top_k: sampling.topK,
      top_p: sampling.topP,
      repeat_penalty: sampling.repeatPenalty,
    }),
  };
}

export interface DeriveOptions extends Pick<RequestOptions, 'signal' | 'onSilence' | 'silenceMs'> {
  client: OllamaClient;
  plan: DerivedTag;
  /** Whether an existing tag of this name was made by this tool. */
  isOurs(name: string): boolean;
  /** Records the tag as ours before it is made, because an interrupted create may have made it. */
  claim?(name: string): Promise<void>;
  onLine?(line: ProgressLine): void;
}

export type TagOutcome = 'created' | 'updated' | 'unchanged';

/**
 * Makes or updates the tag and reads it back. Throws FitError `tag-taken` when another's model has the name,
 * `usage` when the name equals the base, `ollama-error` when the server does not make it as asked.
 */
export async function createDerived(options: DeriveOptions): Promise<TagOutcome> {
  const { client, plan, onLine, isOurs, claim, ...request } = options;
  const tags = await client.tags(request);
  guardName(plan, tags, isOurs);
  const base = tags.find((tag) => sameName(tag.name, plan.base));
  if (base === undefined) throw baseMissing(plan);
  const existing = tags.find((tag) => sameName(tag.name, plan.name));
  const shown = await client.show(plan.base, request);
  const isCurrent =
    existing && (plan.textOnly ? isNewer(existing, base) : sameName(existing.parentModel ?? '', plan.base));
  if (isCurrent && matches(plan, await client.show(plan.name, request), shown)) return 'unchanged';
  await claim?.(plan.name);
  await run(client, plan, shown, request, onLine);
  if (!matches(plan, await client.show(plan.name, request), shown)) {
    throw new FitError(
      'ollama-error',
      `Ollama made ${plan.name} without the settings or the weights that were asked for.`,
      updateOllama,
    );
  }
  return existing ? 'updated' : 'created';
}

async function run(
  client: OllamaClient,
  plan: DerivedTag,
  shown: ShownModel,
  request: RequestOptions,
  onLine: DeriveOptions['onLine'],
): Promise<void> {
  let success = false;
  try {
    for await (const line of client.create(derivedRequest(plan, shown), request)) {
      success ||= line.status === 'success';
      onLine?.(line);
    }
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const message = `Ollama could not make ${plan.name}: ${error.said}.`;
    throw new FitError('ollama-error', message, 'Run the same command again.', { cause: error });
  }
  if (!success) {
    const message = `Ollama stopped before ${plan.name} was made.`;
    throw new FitError('ollama-error', message, 'Run the same command again.');
  }
}

/**
 * Refuses a name before anything is downloaded for it: FitError `tag-taken` when another's model has it, `usage` when it
 * is not a valid name, the base itself or would bring the wrong prompt template.
 */
export function guardName(plan: DerivedTag, tags: readonly TagModel[], isOurs: (name: string) => boolean): void {
  if (!isModelName(plan.name)) {
    throw new FitError(
      'usage',
      plan.name === ''
        ? 'The name of the new tag is empty.'
        : `${cleanLine(plan.name)} is not a valid Ollama model name.`,
      'Names look like my-gemma:12b: letters, digits, underscores, hyphens and dots.',
    );
  }
  if (sameName(plan.base, plan.name)) {
    throw new FitError(
      'usage',
      `The new tag may not be the base itself (${plan.base}).`,
      'Choose another name with --tag.',
    );
  }
  const variant = variantOfName(plan.base);
  const rule = variant && templateOf[variant];
  if (rule && (templateOfName(plan.name) ?? rule.byCount) !== rule.right) {
    const message = `Under the name ${plan.name} Ollama would take the wrong prompt template.`;
    throw new FitError('usage', message, `Put the size into the name, for example ${derivedName(plan.base)}.`);
  }
  if (tags.some((tag) => sameName(tag.name, plan.name)) && !isOurs(plan.name)) throw taken(plan.name);
}

/**
 * Whether a tag has every parameter of the plan and what its base has now: its weights; or, where the copy of a text-only tag has other
 * bytes, its template and all that it can do but see and hear.
 */
function matches(plan: DerivedTag, tag: ShownModel, base: ShownModel): boolean {
  if (plan.textOnly ? !isTextOnlyOf(tag, base) : weightsDiffer(tag, base)) return false;
  if (plan.gpuLayers === undefined && tag.parameters.num_gpu !== undefined) return false;
  if (plan.mainGpu === undefined && tag.parameters.main_gpu !== undefined) return false;
  const wanted = Object.entries(parametersOf(plan));
  return wanted.every(([name, value]) => Number(tag.parameters[name]?.[0]) === value);
}

function isTextOnlyOf(tag: ShownModel, base: ShownModel): boolean {
  const abilities = [...tag.capabilities].sort().join();
  return tag.template === base.template && abilities === withoutEncoder(base.capabilities).join();
}

/**
 * Asked for a base that is not there, /api/create would start a download of its own. Ollama deletes only the first file whose checksum is wrong;
 * with another one broken a pull says success, and the model is not listed (server/images.go).
 */
function baseMissing({ base, name }: DerivedTag): FitError {
  return new FitError(
    'pull-failed',
    `${name} cannot be made: Ollama does not list ${base}, so a file of it is damaged or it was removed meanwhile.`,
    `Remove what is left of it: ollama rm ${base}; then run the same command again.`,
  );
}

function taken(name: string): FitError {
  const hint = `Choose another name with --tag, or remove yours first: ollama rm ${fullName(name)}`;
  return new FitError('tag-taken', `There is already a model ${name} that this tool did not make.`, hint);
}

/** The tag that carries out a plan; `name` null: gemma4-fit:… */
export function derivedTagOf(choice: PullPlan, tagName: string | null): DerivedTag {
  const {
    build,
    contextTokensPerSequence: contextTokens,
    microBatch,
    gpuLayers,
    mainGpu,
    sampling,
    textOnly = false,
  } = choice;
  const name = tagName ?? `${derivedName(build.tag)}${textOnly ? '-text' : ''}`;
  const fixed = {
    ...(gpuLayers !== undefined && { gpuLayers }),
    ...(mainGpu !== undefined && { mainGpu }),
    ...(textOnly && { textOnly }),
  };
  return { base: build.tag, name, contextTokensPerSequence: contextTokens, microBatch, ...fixed, sampling };
}
