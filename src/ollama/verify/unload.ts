import { type OllamaClient, ServerError } from '../api/client.ts';
import { sameName } from '../api/names.ts';
import type { RunningModel, ShownModel } from '../api/types.ts';
import { weightsFile } from '../api/weights-file.ts';

export interface UnloadOptions {
  client: OllamaClient;
  tag: string;
  /** The base it was made from. */
  parent: string | null;
  /** What the server shows of the tag. */
  shown: ShownModel;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  signal: AbortSignal | undefined;
}

/** Tries for the unloading to show in /api/ps, and the pause between them, ms. */
const tries = 20;
const pauseMs = 250;

/**
 * Unloads the tag and every name on the same weights (one slot of the server holds them: the tag would be taken for loaded)
 * and waits until they are gone. Gives the other models in memory, and whether the tag is gone: another client may keep it busy.
 */
export async function unload(options: UnloadOptions): Promise<{ others: RunningModel[]; gone: boolean }> {
  const { client, sleep, signal } = options;
  const own = await ownNames(options, await client.running({ signal }));
  for (const model of own) await client.generate({ model, keep_alive: 0 }, { signal }).catch(ignoreServer);
  for (let i = 0; ; i++) {
    const running = await client.running({ signal });
    const others = running.filter(({ name }) => !own.some((one) => sameName(one, name)));
    const gone = others.length === running.length;
    if (gone || i === tries) return { others, gone };
    await sleep(pauseMs, signal);
  }
}

async function ownNames(options: UnloadOptions, running: readonly RunningModel[]): Promise<string[]> {
  const names: string[] = [];
  for (const { name } of running) if (await isOwn(options, name)) names.push(name);
  return names;
}

async function isOwn({ client, tag, parent, shown, signal }: UnloadOptions, name: string): Promise<boolean> {
  if (sameName(name, tag)) return true;
  const weights = weightsFile(shown);
  if (weights === null) return sameName(name, parent ?? '');
  const other = await client.show(name, { signal }).catch(ignoreServer);
  return other !== undefined && weightsFile(other) === weights;
}

function ignoreServer(error: unknown): undefined {
  if (!(error instanceof ServerError)) throw error;
}
