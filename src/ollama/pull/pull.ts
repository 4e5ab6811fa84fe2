import { FitError } from '../../errors.ts';
import { sleep as wait } from '../../system/sleep.ts';
import { type OllamaClient, ServerError } from '../api/client.ts';
import { beforeFirstByte, classifyPullError, isOffline } from '../api/errors.ts';
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
  /** Waits between tries; tests pass one that does not wait. */
  sleep?: (delayMs: number, signal?: AbortSignal) => Promise<void>;
  /** The model is installed: where the registry cannot be asked it is kept as it is. */
  installed?: boolean;
  /** Where Ollama keeps its models, for the advice on broken part files; absent or null: not known. */
  modelsFolder?: string | null;
  /** Registries over plain http (tests, own mirrors). */
  insecure?: boolean;
  /** How often silence is reported, ms. Default 10 s. */
  silenceMs?: number;
}

const longestDelayMs = 30_000;

/**
 * Pulls a tag until the server says `success`; only that word ends it well. A broken connection, a stream that ends
 * early and errors that pass are tried again with growing pauses; Ollama resumes from the parts it has. A try that
 * brought bytes starts the count anew. Resolves to `kept` where the model is installed and the registry cannot be asked. Throws FitError (`pull-failed`, `disk-full`, `platform`, `ollama-too-old`,
 * `ollama-unreachable`, ...) or the signal's reason.
 */
export async function pullModel(options: PullOptions): Promise<'pulled' | 'kept'> {
  const { attempts = 6, sleep = wait, onEvent, signal } = options;
  const tries = new Tries(options);
  for (let attempt = 1; ; attempt++) {
    const before = tries.arrivedBytes;
    const failure = await tries.once();
    if (failure === null) {
      onEvent({ type: 'pulled', tag: options.tag, downloadedBytes: tries.arrivedBytes });
      return 'pulled';
    }
    signal?.throwIfAborted();
    if (tries.arrivedBytes > before) attempt = 1;
    const broken = tries.hasBrokenPart(tries.arrivedBytes > before, failure);
    const last = broken || failure.recovery === 'give-up' || attempt >= attempts;
    const error = broken ? brokenPart(options.modelsFolder ?? null) : asError(failure);
    const needless = tries.arrivedBytes === 0;
    if (options.installed && !broken && isOffline(error) && (needless || last)) return 'kept';
    if (last) throw error;
    const delayMs = Math.min(longestDelayMs, 1000 * 2 ** (attempt - 1));
    const restart = failure.recovery === 'restart';
    onEvent({ type: 'retry', attempt, attempts, delayMs, reason: failure.message, restart });
    await sleep(delayMs, signal);
  }
}

type TryFailure = ReturnType<typeof classifyPullError> & { cause: unknown };

const asError = ({ code, message, hint, cause }: TryFailure) => new FitError(code, message, hint, { cause });

/** A part file of no length, left by a power cut, lets Ollama answer `EOF` at once, every time (server/download.go reads its JSON). */
function brokenPart(modelsFolder: string | null): FitError {
  const where = modelsFolder === null ? "the folder blobs of Ollama's models" : `${modelsFolder}/blobs`;
  return new FitError(
    'pull-failed',
    'Ollama ends the download before it begins: a part file of an earlier try is broken.',
    `Delete the files named *-partial* in ${where}, then run the same command again.`,
  );
}

/** The tries of one pull: what they share is how far the download came. */
class Tries {
  readonly #options: PullOptions;
  readonly #sum: LayerSum;
  #phase: PullPhase | null = null;
  #bareEnds = 0;

  constructor(options: PullOptions) {
    this.#options = options;
    this.#sum = new LayerSum(options.expectedBytes ?? null);
  }

  get arrivedBytes(): number {
    return this.#sum.arrivedBytes;
  }

  /** Whether consecutive tries ended with a bare EOF and no bytes: twice is not a network glitch. */
  hasBrokenPart(progressed: boolean, { cause }: TryFailure): boolean {
    const bare = cause instanceof ServerError && /^EOF\.?$/.test(cause.said);
    this.#bareEnds = bare && !progressed ? this.#bareEnds + 1 : 0;
    return this.#bareEnds >= 2;
  }

  /** One request; null when the server said success. */
  async once(): Promise<TryFailure | null> {
    try {
      this.#phase = null;
      return (await this.#read()) ? null : truncated();
    } catch (error) {
      if (this.#options.signal?.aborted) throw error;
      const failure = asFailure(error);
      const isFirst = this.#sum.layers === 0 && error instanceof ServerError;
      return isFirst ? { ...failure, ...beforeFirstByte(failure, error.said) } : failure;
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
