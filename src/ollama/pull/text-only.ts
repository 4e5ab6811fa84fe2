import type { Build } from '../../data/schema.ts';
import { FitError } from '../../errors.ts';
import type { CreateRequest, ParameterValue } from '../api/client.ts';
import type { ShownModel, TagModel } from '../api/types.ts';
import { draftFile, weightsFile } from '../api/weights-file.ts';

/**
 * Whether a build brings a vision encoder that its tag can be made without. Ollama loads the encoder of every tag that has its file, so
 * a tag for text alone is made of the weights (ollama server/create.go). MLX builds are planned with their encoder all the same.
 * Throws FitError `usage` where the encoder is inside the file of the weights.
 */
export function leavesEncoderOut({ runner, projector, tag }: Pick<Build, 'runner' | 'projector' | 'tag'>): boolean {
  if (runner === 'mlx' || projector === 'none') return false;
  if (projector === 'separate') return true;
  throw new FitError(
    'usage',
    `--text-only cannot be had of ${tag}: its vision encoder is in one file with the weights, and Ollama loads both.`,
    'Choose a build with a file for each, for example one that ends in -it-qat: gemma-fit list',
  );
}

/** Body of POST /api/create for a tag of the weights of a base without its encoder; everything else of the base is kept. */
export function textOnlyRequest(name: string, base: ShownModel, parameters: Record<string, number>): CreateRequest {
  const weights = weightsFile(base);
  if (weights === null) {
    throw new FitError('ollama-error', 'Ollama does not tell which file has the weights, which --text-only needs.');
  }
  const draft = draftFile(base);
  const said = (word: string) => new RegExp(`^${word} (\\S+)$`, 'm').exec(base.modelfile)?.[1];
  const kept = {
    template: base.template,
    system: base.system,
    license: base.license,
    renderer: said('RENDERER'),
    parser: said('PARSER'),
    requires: base.requires,
  };
  return {
    model: name,
    files: { 'model.gguf': `sha256:${weights}` },
    ...(draft !== null && { draft_files: { 'draft.gguf': `sha256:${draft}` } }),
    ...Object.fromEntries(Object.entries(kept).filter(([, value]) => value != null && value !== '')),
    parameters: { ...parametersOf(base), ...parameters },
  };
}

/** The same where the base is not there yet, so that its files have no names. */
export function textOnlyPreview(name: string, base: string, parameters: Record<string, number>): CreateRequest {
  return { model: name, files: { 'model.gguf': `the weights of ${base}` }, parameters };
}

/** Parameters as /api/create takes them; several values of one name are a list (stop). */
function parametersOf({ parameters }: ShownModel): Record<string, ParameterValue> {
  const entries = Object.entries(parameters).map(([name, values]): [string, ParameterValue] => {
    const [only = ''] = values;
    if (name === 'stop' || values.length > 1) return [name, values];
    if (only === 'true' || only === 'false') return [name, only === 'true'];
    return [name, only.trim() !== '' && Number.isFinite(Number(only)) ? Number(only) : only];
  });
  return Object.fromEntries(entries);
}

/** What a model can do without its encoder. */
export function withoutEncoder(capabilities: readonly string[]): string[] {
  return capabilities.filter((one) => one !== 'vision' && one !== 'audio').sort();
}

/** Whether a tag was made after its base was last pulled: its copy of the weights is then that of the base. */
export function isNewer(tag: Pick<TagModel, 'modifiedAt'>, base: Pick<TagModel, 'modifiedAt'>): boolean {
  return Date.parse(tag.modifiedAt ?? '') >= Date.parse(base.modifiedAt ?? '');
}
