import type { OllamaServer } from '../../machine/types.ts';
import { timeoutInCpuTime } from '../../system/cpu-time-timeout.ts';
import { parseOllamaHost } from '../http/host.ts';
import { createClient, type OllamaClient } from './client.ts';
import { isConversionName, isGemma4 } from './names.ts';
import type { RunningModel, TagModel } from './types.ts';

export interface InspectOptions {
  env: Readonly<Record<string, string | undefined>>;
  /** Limit for the whole look, ms. */
  timeoutMs?: number;
}

/**
 * Asks the server for its version, its gemma4 models and what is in memory, in at most `timeoutMs` (default 1000, see cpu-time-timeout.ts).
 * null when nothing that speaks Ollama answers, or OLLAMA_HOST cannot be read. Never throws.
 */
export async function inspectServer({ env, timeoutMs = 1000 }: InspectOptions): Promise<OllamaServer | null> {
  const patience = new AbortController();
  const stop = timeoutInCpuTime(timeoutMs, () => patience.abort());
  try {
    const client = createClient(parseOllamaHost(env.OLLAMA_HOST, env));
    return await look(client, patience.signal);
  } catch {
    return null;
  } finally {
    stop();
  }
}

async function look(client: OllamaClient, signal: AbortSignal): Promise<OllamaServer> {
  const options = { signal };
  const [version, tags, running] = await Promise.all([
    client.version(options),
    client.tags(options).catch((): TagModel[] => []),
    client.running(options).catch((): RunningModel[] => []),
  ]);
  return {
    host: client.host.url,
    remote: client.host.remote,
    version,
    installed: foldModels(tags).map(({ name, sizeBytes, digest, modifiedAt }) => ({
      name,
      sizeBytes,
      digest,
      modifiedAt,
    })),
    loaded: running.map(({ name, sizeBytes, deviceBytes, contextTokens }) => ({
      name,
      sizeBytes,
      deviceBytes,
      contextTokens,
    })),
  };
}

/**
 * gemma4 models, one row a name: `llamacpp:<sha>` copies are left out, and of two rows with one name (0.40.0 and 0.40.1
 * list both generations after a conversion) the newer one stays.
 */
export function foldModels(tags: readonly TagModel[]): TagModel[] {
  const byName = new Map<string, TagModel>();
  for (const tag of tags) {
    if (isConversionName(tag.name) || !isGemma4(tag)) continue;
    const other = byName.get(tag.name);
    if (!other || (tag.modifiedAt ?? '') > (other.modifiedAt ?? '')) byName.set(tag.name, tag);
  }
  return [...byName.values()];
}
