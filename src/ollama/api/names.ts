import { variants } from '../../data/variants.ts';
import { type VariantId, variantIds } from '../../model/types.ts';

/** Ollama names without a tag mean `latest`. */
export const fullName = (name: string): string => (/:[^/:]+$/.test(name) ? name : `${name}:latest`);

const part = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}';
const modelName = new RegExp(
  `^(?:(?:[A-Za-z0-9_][A-Za-z0-9_.:-]{0,349}/)?[A-Za-z0-9_][A-Za-z0-9_-]{0,79}/)?${part}(?::${part})?$`,
);

/** Whether Ollama accepts a model name: `host/namespace/model:tag`, all but the model optional (types/model/name.go). */
export const isModelName = (name: string): boolean => modelName.test(name);

/** Whether two names mean one model: the library's host and namespace may be left out, as /api/tags does. */
export const sameName = (a: string, b: string): boolean => shortName(a) === shortName(b);

const shortName = (name: string): string =>
  fullName(name)
    .toLowerCase()
    .replace(/^(?:registry\.ollama\.ai\/)?library\//, '');

/** Internal copies that Ollama 0.40.0 and 0.40.1 list after converting an old file. */
export const isConversionName = (name: string): boolean => /^llamacpp:[0-9a-f]{64}$/.test(name);

/**
 * The size token in a name, which also decides Ollama's prompt template (server/renderer_resolution.go).
 * `gemma4` and `gemma4:latest` are e4b. null when the name has none.
 */
export function variantOfName(name: string): VariantId | null {
  const lower = name.toLowerCase();
  const found = variantIds.find((id) => new RegExp(`(^|[^0-9a-z])${id}([^0-9a-z]|$)`).test(lower));
  if (found) return found;
  return /^(library\/)?gemma4(:latest)?$/.test(lower) ? 'e4b' : null;
}

/** Prompt template that Ollama takes for a gemma4 name: any size in it decides, e2b and e4b first; null without one. */
export function templateOfName(name: string): 'small' | 'large' | null {
  const lower = name.toLowerCase();
  const template = (right: 'small' | 'large') =>
    variantIds.some((id) => templateOf[id].right === right && lower.includes(id));
  if (template('small')) return 'small';
  return template('large') ? 'large' : null;
}

type Template = 'small' | 'large';

/** Ollama takes the large template from 12 billion parameters on where the name says no size; 12b counts 11.9. */
const largeFromParameters = 12e9;

/** The template a model should have, small for those with per-layer embeddings, and the one that its parameter count leads to. */
export const templateOf = Object.fromEntries(
  variants.map(({ id, architecture, parameters }) => [
    id,
    {
      right: architecture.perLayerEmbedding > 0 ? 'small' : 'large',
      byCount: parameters.total < largeFromParameters ? 'small' : 'large',
    },
  ]),
) as Record<VariantId, { right: Template; byCount: Template }>;

/** Whether a model is a Gemma 4 by its family, or by its name where an old server tells no family. */
export function isGemma4(model: { name: string; family: string | null; families: string[] }): boolean {
  const families = [model.family, ...model.families].filter((f) => f !== null);
  if (families.length > 0) return families.some((f) => f.startsWith('gemma4') && !f.endsWith('assistant'));
  return /gemma-?4(?!\d)/i.test(model.name);
}
