import type { Build } from '../data/schema.ts';
import { buildByTag, buildsOf, since } from '../data/tables.ts';
import { type VariantId, variantIds } from '../model/types.ts';
import type { SchedulerTarget } from '../server-rules/target.ts';
import { isOllama } from './server.ts';

/** Library builds that run on every platform, by the end of their tag. The plain tag is added to them. */
const ggufEndings = ['-it-qat', '-it-q4_K_M', '-it-q8_0', '-it-bf16'];
/** Added to the plain tag, which is a separate build on a Mac (gate `manifest-lists`). */
const mlxEndings = ['-mxfp8', '-mlx-bf16'];

/** GGUF files that a llama-server fetches by itself, by the end of their id. */
const fetchedEndings = ['-gguf-QAT', '-gguf-Q4_K_M', '-gguf-Q8_0', '-gguf-BF16'];

/** The builds of one model that are worth a look on this machine. */
export function sensibleBuilds(target: SchedulerTarget, variant: VariantId): Build[] {
  return isOllama(target) ? libraryBuilds(target, variant) : fetchedBuilds(variant);
}

/** Of Hugging Face: QAT, Q4_K_M, Q8_0, BF16. */
function fetchedBuilds(variant: VariantId): Build[] {
  return buildsOf(variant).filter(({ id }) => fetchedEndings.some((ending) => id.endsWith(ending)));
}

/** Of Ollama's library: what the plain tag fetches, QAT, Q4_K_M, Q8_0, BF16, and MLX on a Mac. */
function libraryBuilds(target: SchedulerTarget, variant: VariantId): Build[] {
  const plain = buildByTag(variant, puller(target));
  const endings = target.appleSilicon ? [...ggufEndings, ...mlxEndings, ...ownMlxTag(target)] : ggufEndings;
  const named = buildsOf(variant).filter(
    (build) => isOffered(build) && endings.some((ending) => build.tag.endsWith(ending)),
  );
  return plain === null ? named : [plain, ...named.filter(({ id }) => id !== plain.id)];
}

/** The same for every model. */
export function allSensibleBuilds(target: SchedulerTarget): Build[] {
  return variantIds.flatMap((variant) => sensibleBuilds(target, variant));
}

/**
 * Builds that a typed name may mean: the one with exactly that tag or id, else every build of the model with that quantization or ending.
 */
export function buildsNamed(target: SchedulerTarget, variant: VariantId, name: string): Build[] {
  const wanted = name.toLowerCase();
  const all = localBuilds(variant).filter((build) => isLoadable(target, build));
  const exact = all.filter((build) => isExactly(build, wanted));
  if (exact.length > 0) return exact;
  const sensible = sensibleBuilds(target, variant);
  const bySense = sensible.filter((build) => isCalled(build, wanted));
  return bySense.length > 0 ? bySense : all.filter((build) => isCalled(build, wanted));
}

/** A llama-server of one's own reads GGUF files of Hugging Face, and nothing of Ollama's library. */
export function isLoadable(target: SchedulerTarget, { origin }: Build): boolean {
  return isOllama(target) || origin === 'huggingface';
}

/** Whether any build of that model goes by this name on some computer. */
export function isBuildName(variant: VariantId, name: string): boolean {
  const wanted = name.toLowerCase();
  return localBuilds(variant).some((build) => isExactly(build, wanted) || isCalled(build, wanted));
}

function localBuilds(variant: VariantId): Build[] {
  return buildsOf(variant).filter(({ format }) => format !== 'remote');
}

function isExactly({ id, tag }: Build, wanted: string): boolean {
  return id.toLowerCase() === wanted || tag.toLowerCase() === wanted;
}

export function puller(target: SchedulerTarget) {
  return { appleSilicon: target.appleSilicon, ollamaVersion: target.ollamaVersion };
}

function isOffered({ origin, recommendable, tag }: Build): boolean {
  return origin === 'library' && recommendable && !tag.includes('-mtp-') && !tag.includes('coding');
}

function ownMlxTag({ ollamaVersion }: SchedulerTarget): string[] {
  return !since('manifest-lists', ollamaVersion) ? ['-mlx'] : [];
}

function isCalled({ quantization, tag, text }: Build, wanted: string): boolean {
  const isStock = text.kind === 'stock' && text.quantization.toLowerCase() === wanted;
  const words = quantization.toLowerCase().split(' ');
  return isStock || words.includes(wanted) || tag.toLowerCase().endsWith(`-${wanted}`);
}
