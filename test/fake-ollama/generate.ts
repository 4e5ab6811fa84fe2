import type { FakeState } from './state.ts';
import { contextOf, fullName } from './state.ts';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

const plain =
  'First the keel, a long beam of oak, is laid on blocks. Stem and stern posts are set up at its ends and joined to it. ' +
  'Then the frames are cut, steamed and bent, and fastened one after another. Planks are nailed to them from below.';

/** POST /api/generate, not streamed: unload, load, or a generation with Ollama's timings in nanoseconds. */
export async function generate(state: FakeState, body: Record<string, unknown>): Promise<Answer> {
  const model = state.models.get(fullName(String(body.model)));
  if (!model) return { status: 404, body: { error: `model '${String(body.model)}' not found` } };
  if (body.keep_alive === 0 && !body.prompt) {
    state.loaded.delete(model.name);
    return { status: 200, body: done(model.name, 'unload') };
  }
  const { runner } = state;
  if (runner.loadGate) await runner.loadGate;
  const options = (body.options ?? {}) as Record<string, unknown>;
  const load = { contextTokens: runner.contextTokens ?? contextOf(model, options) };
  const kept = !runner.keepsNothing || body.keep_alive !== undefined;
  if (kept && (!runner.loadError || runner.listedAllTheSame)) state.loaded.set(model.name, load);
  if (runner.loadError) return refusal(runner.loadError);
  if (body.prompt && runner.generateError) return refusal(runner.generateError);
  if (!body.prompt) return { status: 200, body: done(model.name, 'load') };
  return { status: 200, body: { ...done(model.name, 'stop'), ...generation(state, String(body.prompt), options) } };
}

const refusal = ({ status, text }: { status: number; text: string }): Answer => ({ status, body: { error: text } });

// `context` (token ids) is left out: nobody here reads it.
const done = (model: string, reason: string) => ({
  model,
  created_at: '2026-11-24T10:00:00Z',
  response: '',
  done: true,
  done_reason: reason,
});

function generation(state: FakeState, prompt: string, options: Record<string, unknown>) {
  const { runner } = state;
  const evalCount = typeof options.num_predict === 'number' ? options.num_predict : 128;
  const promptCount = Math.ceil(prompt.length / 4);
  return {
    response: runner.text ?? plain,
    ...(runner.thinking !== null && { thinking: runner.thinking }),
    total_duration: 3_000_000_000,
    load_duration: 20_000_000,
    prompt_eval_count: promptCount,
    prompt_eval_duration: Math.round((promptCount / runner.promptTokensPerSecond) * 1e9),
    eval_count: evalCount,
    eval_duration: Math.round((evalCount / runner.tokensPerSecond) * 1e9),
  };
}

/** Body of GET /api/ps. */
export function psBody(state: FakeState): Record<string, unknown> {
  if (state.runner.vanish) return { models: [] };
  const rows = [...state.loaded].flatMap(([name, load]) => {
    const model = state.models.get(name);
    if (!model) return [];
    return {
      name,
      model: name,
      // A model that lies on the CPU alone has no size here (seen with 0.33.0-rc2).
      size: state.runner.deviceFraction === 0 ? 0 : model.sizeBytes,
      digest: state.runner.digest ?? model.digest,
      details: { format: model.format ?? 'gguf', family: 'gemma4' },
      expires_at: '2026-11-24T10:05:00Z',
      size_vram: Math.round(model.sizeBytes * state.runner.deviceFraction),
      context_length: load.contextTokens,
      ...(model.runner && { runner: model.runner }),
    };
  });
  return { models: rows };
}
