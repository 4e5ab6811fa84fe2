import { createClient } from '../../src/ollama/api/client.ts';
import type { PullEvent } from '../../src/ollama/events.ts';
import { parseOllamaHost } from '../../src/ollama/http/host.ts';
import { pullModel } from '../../src/ollama/pull/pull.ts';
import { type FakeOllama, type FakeOptions, startFakeOllama } from '../fake-ollama/index.ts';
import { remote12b } from './models.ts';

export const totalBytes = remote12b.layers.reduce((sum, l) => sum + l.sizeBytes, 0);

/** Without licence, parameters and config, which are too small to get a line. */
export const shownBytes = remote12b.layers.slice(0, 2).reduce((sum, l) => sum + l.sizeBytes, 0);

/** A server whose registry has gemma4:12b. */
export const startServer = (options: FakeOptions = {}): Promise<FakeOllama> =>
  startFakeOllama({ registry: { 'gemma4:12b': remote12b }, ...options });

/** One pull of gemma4:12b without pauses; gives its events, or its error. */
export async function pullFrom(fake: FakeOllama, options: Partial<Parameters<typeof pullModel>[0]> = {}) {
  const events: PullEvent[] = [];
  const client = createClient(parseOllamaHost(fake.host));
  const onEvent = (event: PullEvent) => events.push(event);
  const run = pullModel({ client, tag: 'gemma4:12b', onEvent, attempts: 1, sleep: async () => {}, ...options });
  const error = await run.then(
    () => null,
    (e: unknown) => e,
  );
  return { events, error };
}

export const phases = (events: PullEvent[]) => events.flatMap((e) => (e.type === 'phase' ? [e.phase] : []));
export const progress = (events: PullEvent[]) => events.flatMap((e) => (e.type === 'progress' ? [e] : []));
