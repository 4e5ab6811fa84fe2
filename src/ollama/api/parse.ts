import { limits } from '../../limits.ts';
import { jsonOrNull } from '../../system/json.ts';
import { cleanLine } from '../../text.ts';
import type { Generation, ProgressLine, RunningModel, ShownModel, TagModel } from './types.ts';

/**
 * Parses and renames what the server sends. zod is loaded on the first answer only: `check` without a server never pays for it. Every
 * function throws a ZodError for other shapes.
 */
const load = () => import('./schemas.ts');

const orNull = (value: string | null | undefined): string | null => (value ? cleanLine(value) : null);

export async function readVersion(json: unknown): Promise<string> {
  return cleanLine((await load()).version.parse(json).version).replace(/^v/, '');
}

export async function readTags(json: unknown): Promise<TagModel[]> {
  return ((await load()).tags.parse(json).models ?? []).map((m) => ({
    name: cleanLine(m.name),
    sizeBytes: m.size ?? 0,
    digest: bareDigest(m.digest),
    modifiedAt: orNull(m.modified_at),
    format: orNull(m.details?.format),
    family: orNull(m.details?.family),
    families: (m.details?.families ?? []).map(cleanLine),
    parentModel: orNull(m.details?.parent_model),
    parameterSize: orNull(m.details?.parameter_size),
    quantization: orNull(m.details?.quantization_level),
  }));
}

export async function readRunning(json: unknown): Promise<RunningModel[]> {
  return ((await load()).ps.parse(json).models ?? []).map((m) => ({
    name: cleanLine(m.name),
    sizeBytes: m.size ?? 0,
    deviceBytes: m.size_vram ?? 0,
    digest: bareDigest(m.digest),
    contextTokens: m.context_length || null,
    runner: orNull(m.runner),
  }));
}

export async function readShown(json: unknown): Promise<ShownModel> {
  const m = (await load()).show.parse(json);
  const manifest = m.manifests?.find((x) => x.selected) ?? (m.manifests?.length === 1 ? m.manifests[0] : undefined);
  return {
    parameters: readParameters(m.parameters ?? ''),
    modelfile: m.modelfile ?? '',
    template: m.template ?? '',
    system: m.system ?? '',
    license: m.license ?? '',
    format: orNull(m.details?.format),
    family: orNull(m.details?.family),
    parentModel: orNull(m.details?.parent_model),
    quantization: orNull(m.details?.quantization_level),
    parameterSize: orNull(m.details?.parameter_size),
    modelInfo: m.model_info ?? {},
    projectorInfo: m.projector_info ?? null,
    tensors: (m.tensors ?? []).map((t) => ({ ...t, name: cleanLine(t.name), type: cleanLine(t.type) })),
    capabilities: (m.capabilities ?? []).map(cleanLine),
    requires: orNull(m.requires),
    runner: orNull(manifest?.runner),
  };
}

export async function readGeneration(json: unknown): Promise<Generation> {
  const g = (await load()).generation.parse(json);
  const ms = (nanoseconds: number | null | undefined) => (nanoseconds ? nanoseconds / 1e6 : null);
  return {
    response: g.response ?? '',
    thinking: g.thinking ?? '',
    doneReason: orNull(g.done_reason),
    loadMs: ms(g.load_duration),
    promptTokens: g.prompt_eval_count ?? null,
    promptMs: ms(g.prompt_eval_duration),
    evalTokens: g.eval_count ?? null,
    evalMs: ms(g.eval_duration),
  };
}

/** A stream line: progress, or the error that Ollama writes into a 200 answer. */
export async function readProgress(json: unknown): Promise<ProgressLine | { error: string }> {
  const l = (await load()).line.parse(json);
  if (l.error) return { error: unwrap(l.error) };
  return {
    status: cleanLine(l.status ?? ''),
    digest: orNull(l.digest),
    totalBytes: l.total ?? null,
    completedBytes: l.completed ?? null,
  };
}

/** The text of an `{"error"}` body; null when the body is something else. */
export async function readFailure(json: unknown): Promise<string | null> {
  const parsed = (await load()).failure.safeParse(json);
  if (!parsed.success) return null;
  const { error } = parsed.data;
  return typeof error === 'string' ? unwrap(error) : cleanLine(error.message);
}

/** llama-server's errors arrive as JSON text inside Ollama's error: the innermost message is what it says. */
function unwrap(said: string): string {
  const inner = /"message"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(said.startsWith('{') ? said : '')?.[1];
  const message = inner === undefined ? null : jsonOrNull(inner, limits.answer);
  return cleanLine(typeof message === 'string' ? message : said);
}

function bareDigest(digest: string | null | undefined): string | null {
  const hex = digest?.replace(/^sha256:/, '').toLowerCase();
  return hex && /^[0-9a-f]{12,64}$/.test(hex) ? hex : null;
}

/** `name   value` a line; values are Go literals, so texts are quoted. */
function readParameters(block: string): Record<string, string[]> {
  const found: Record<string, string[]> = Object.create(null);
  for (const row of block.split('\n', limits.parameters)) {
    const [, name, said] = /^(\S+)\s+(\S.*)$/.exec(row) ?? [];
    if (name === undefined || said === undefined) continue;
    const values = found[name] ?? [];
    found[name] = values;
    values.push(cleanLine(said.trimEnd().replace(/^"(.*)"$/, '$1')));
  }
  return found;
}
