import { runtimeDefaults } from '../data/runtimes.ts';
import { FitError } from '../errors.ts';
import { createClient, type OllamaClient } from '../ollama/api/client.ts';
import type { TagModel } from '../ollama/api/types.ts';
import { isNothingThere, unreachable } from '../ollama/api/unreachable.ts';
import type { PreflightFinding } from '../ollama/findings.ts';
import { parseOllamaHost } from '../ollama/http/host.ts';
import { unlessAborted } from '../system/sleep.ts';
import type { Io } from './io.ts';

/** A server that answers, with its version and what it has. */
export interface Server {
  client: OllamaClient;
  version: string;
  tags: TagModel[];
}

/**
 * Connects to the server that OLLAMA_HOST names. Throws FitError `ollama-unreachable` with the way to start or install
 * Ollama on this platform, `ollama-error` when something else answers, `usage` for a bad OLLAMA_HOST.
 */
export async function connectServer(io: Pick<Io, 'env' | 'system'>, signal: AbortSignal): Promise<Server> {
  const client = createClient(parseOllamaHost(io.env.OLLAMA_HOST, io.env), { signal });
  try {
    const [version, tags] = await Promise.all([client.version(), client.tags()]);
    return { client, version, tags };
  } catch (error) {
    if (!isNothingThere(error)) throw error;
    if (client.host.remote) throw error;
    const program = await unlessAborted(io.system.run('ollama', ['--version'], { timeoutMs: 2000 }), signal);
    const local = { platform: io.system.platform, isInstalled: program.kind !== 'missing' };
    throw unreachable(error, client.host, local);
  }
}

/** A plan needs no server: without one it is made for the newest known Ollama, with a finding that says so. */
export async function serverForPlan(
  io: Pick<Io, 'env' | 'system'>,
  signal: AbortSignal,
  reporter: { finding(finding: PreflightFinding): void },
): Promise<Server> {
  try {
    return await connectServer(io, signal);
  } catch (error) {
    if (!(error instanceof FitError) || error.code !== 'ollama-unreachable') throw error;
    const version = runtimeDefaults.newestKnownOllama;
    reporter.finding({ code: 'planned-without-server', version });
    return { client: createClient(parseOllamaHost(io.env.OLLAMA_HOST, io.env), { signal }), version, tags: [] };
  }
}
