import { FitError } from '../../errors.ts';
import { sleep as wait } from '../../system/sleep.ts';
import { type OllamaClient, ServerError } from '../api/client.ts';
import { classifyPullError, isOffline } from '../api/errors.ts';
import type { ProgressLine } from '../api/types.ts';
import type { PullEvent, PullPhase } from '../events.ts';
import { ConnectionError } from '../http/http.ts';
import { LayerSum, phaseOf } from './progress.ts';

export interface PullOptions {
  client: OllamaClient;
  tag: string;
  onEvent(event: PullEvent): void;
  signal?: AbortSignal | undefined;
  /** Size of the whole download, bytes, for the bar's end before every layer is known. */
  expectedBytes?: number | null;
  /** Tries in a row without progress before giving up. Default 6. */
  attempts?: number;
  /** Waits between tries; tests hand in one that does not. */
  sleep?: (delayMs: number, signal?: AbortSignal) => Promise<void>;
  /** The model is installed: a registry out of reach ends the pull at once while nothing has arrived. */
  installed?: boolean;
  /** Registries over plain http (tests, own mirrors). */
  insecure?: boolean;
  /** How often silence is told, ms. Default 10 s. */
  silenceMs?: number;
}

const longestDelayMs = 30_000;

/**
 * Pulls a tag until the server says `success`; only that word ends it well. A broken connection, a stream that ends
 * early and errors that pass are tried again with growing pauses; Ollama resumes from the parts it has. A try that
 * brought bytes starts the count anew. Throws FitError (`pull-failed`, `disk-full`, `platform`, `ollama-too-old`,
 * `ollama-unreachable`, ...) or the signal's reason.
 */
export async function pullModel(options: PullOptions): Promise<void> {
  const { attempts = 6, sleep = wait, onEvent, signal } = options;
  const tries = new Tries(options);
  for (let attempt = 1; ; attempt++) {
    const before = tries.arrivedBytes;
    const failure = await tries.once();
    if (failure === null) return onEvent({ type: 'pulled', tag: options.tag, downloadedBytes: tries.arrivedBytes });
    signal?.throwIfAborted();
    if (tries.arrivedBytes > before) attempt = 1;
    const error = new FitError(failure.code, failure.message, failure.hint, { cause: failure.cause });
    const needless = options.installed && tries.arrivedBytes === 0 && isOffline(error);
    if (failure.recovery === 'give-up' || attempt >= attempts || needless) throw error;
    const delayMs = Math.min(longestDelayMs, 1000 * 2 ** (attempt - 1));
    const restart = failure.recovery === 'restart';
    onEvent({ type: 'retry', attempt, attempts, delayMs, reason: failure.message, restart });
    await sleep(delayMs, signal);
  }
}

type TryFailure = ReturnType<typeof classifyPullError> & { cause: unknown };

/** The tries of one pull: what they share is how far the download came. */
class Tries {
  readonly #options: PullOptions;
  readonly #sum: LayerSum;
  #phase: PullPhase | null = null;

  constructor(options: PullOptions) {
    this.#options = options;
    this.#sum = new LayerSum(options.expectedBytes ?? null);
  }

  get arrivedBytes(): number {
    return this.#sum.arrivedBytes;
  }

  /** One request; null when the server said success. */
  async once(): Promise<TryFailure | null> {
    try {
      this.#phase = null;
      return (await this.#read()) ? null : truncated();
    } catch (error) {
      if (this.#options.signal?.aborted) throw error;
      return asFailure(error);
    }
  }

  async #read(): Promise<boolean> {
    const { client, tag, insecure, signal, silenceMs, onEvent } = this.#options;
    const onSilence = (silentMs: number) => onEvent({ type: 'waiting', phase: this.#phase ?? 'manifest', silentMs });
    const request = { model: tag, ...(insecure && { insecure }) };
    let success = false;
    for await (const line of client.pull(request, { signal, onSilence, silenceMs })) {
      signal?.throwIfAborted();
      success = line.status === 'success';
      if (!success) this.#tell(line);
    }
    return success;
  }

  #tell(line: ProgressLine): void {
    const { onEvent } = this.#options;
    const phase = phaseOf(line.status);
    if (phase !== this.#phase) {
      if (this.#phase === 'download') this.#finish();
      onEvent({ type: 'phase', phase, status: line.status });
    }
    this.#phase = phase;
    if (this.#sum.take(line)) this.#progress();
  }

  #finish(): void {
    this.#sum.finish();
    this.#progress();
  }

  #progress(): void {
    const { completedBytes, totalBytes, layers } = this.#sum;
    this.#options.onEvent({ type: 'progress', completedBytes, totalBytes, layers });
  }
}

function truncated(): TryFailure {
  const failure = classifyPullError('the stream ended before Ollama said success (unexpected EOF)');
  return { ...failure, cause: null };
}

function asFailure(error: unknown): TryFailure {
  if (error instanceof ServerError) return { ...classifyPullError(error.said), cause: error };
  if (!(error instanceof FitError)) throw error;
  const broken = error.code === 'ollama-unreachable' && error.cause instanceof ConnectionError;
  const { code, message } = error;
  return { recovery: broken ? 'retry' : 'give-up', code, message, hint: error.hint ?? '', cause: error };
}
