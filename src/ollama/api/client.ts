import { FitError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { type JsonBounds, jsonOrNull, parseJson } from '../../system/json.ts';
import { cleanLine } from '../../text.ts';
import type { OllamaHost } from '../http/host.ts';
import { type Call, type CallOptions, call } from '../http/http.ts';
import { readLines } from '../http/ndjson.ts';
import { readFailure, readGeneration, readProgress, readRunning, readShown, readTags, readVersion } from './parse.ts';
import type { GenerateRequest, Generation, ProgressLine, RunningModel, ShownModel, TagModel } from './types.ts';
import { unreachable } from './unreachable.ts';

/** What a caller may set on every request. */
export type RequestOptions = Pick<CallOptions, 'signal' | 'timeoutMs' | 'onSilence' | 'silenceMs'>;

/** An error that the server itself reported: its HTTP status (200 for a line in a stream) and its text, cleaned. */
export class ServerError extends FitError {
  readonly status: number;
  readonly said: string;
  constructor(status: number, said: string) {
    const login = status === 401 || status === 403;
    const hint = login
      ? 'Does it want a login? OLLAMA_HOST=http://user:password@host:port'
      : "Ollama's log may tell more.";
    super(
      'ollama-error',
      `The Ollama server answered with an error (HTTP ${status}): ${said.replace(/\.$/, '')}.`,
      hint,
    );
    this.status = status;
    this.said = said;
  }
}

/**
 * The Ollama server. Every method throws FitError('ollama-unreachable') when nothing answers, ServerError (`ollama-error`
 * too) when the server refuses, FitError('ollama-error') when what answers is not Ollama, or the signal's reason.
 */
export interface OllamaClient {
  readonly host: OllamaHost;
  version(options?: RequestOptions): Promise<string>;
  tags(options?: RequestOptions): Promise<TagModel[]>;
  running(options?: RequestOptions): Promise<RunningModel[]>;
  show(model: string, options?: RequestOptions & { verbose?: boolean }): Promise<ShownModel>;
  generate(request: GenerateRequest, options?: RequestOptions): Promise<Generation>;
  pull(request: { model: string; insecure?: boolean }, options?: RequestOptions): AsyncGenerator<ProgressLine>;
  create(request: CreateRequest, options?: RequestOptions): AsyncGenerator<ProgressLine>;
  remove(model: string, options?: RequestOptions): Promise<void>;
}

export interface CreateRequest {
  model: string;
  /** A tag whose layers are all reused. */
  from?: string;
  /** Files by digest instead: `sha256:…`. */
  files?: Record<string, string>;
  draft_files?: Record<string, string>;
  template?: string;
  system?: string;
  license?: string;
  renderer?: string;
  parser?: string;
  requires?: string;
  parameters: Record<string, ParameterValue>;
}

export type ParameterValue = number | boolean | string | string[];

const quick = { timeoutMs: 10_000 };

/** A client for one server; it holds no connection. `always` are the default options of every request. */
export function createClient(host: OllamaHost, always: Pick<RequestOptions, 'signal'> = {}): OllamaClient {
  const json = async <T>(
    path: string,
    options: CallOptions,
    read: (value: unknown) => Promise<T>,
    bounds: Bounds = limits.answer,
  ): Promise<T> =>
    guarded(host, async () => {
      const answer = await call(host, path, heard(options));
      return understand(host, read, parse(host, await readAll(answer, host, bounds), bounds));
    });
  const heard = (options: CallOptions): CallOptions => ({ ...options, signal: options.signal ?? always.signal });
  const post = (body: unknown, options?: RequestOptions): CallOptions => heard({ ...options, method: 'POST', body });
  return {
    host,
    version: (o) => json('/api/version', { ...quick, ...o }, readVersion),
    tags: (o) => json('/api/tags', { ...quick, ...o }, readTags),
    running: (o) => json('/api/ps', { ...quick, ...o }, readRunning),
    show: (model, { verbose = false, ...o } = {}) =>
      json(
        '/api/show',
        post({ model, verbose }, { timeoutMs: 60_000, ...o }),
        readShown,
        verbose ? limits.verboseAnswer : limits.answer,
      ),
    generate: (request, o) => json('/api/generate', post({ ...request, stream: false }, o), readGeneration),
    pull: (request, o) => stream(host, '/api/pull', post({ ...request, stream: true }, o)),
    create: (request, o) => stream(host, '/api/create', post({ ...request, stream: true }, o)),
    remove: async (model, o) => {
      await guarded(host, async () => {
        await readAll(
          await call(host, '/api/delete', heard({ ...quick, ...o, method: 'DELETE', body: { model } })),
          host,
        );
      });
    },
  };
}

async function* stream(host: OllamaHost, path: string, options: CallOptions): AsyncGenerator<ProgressLine> {
  try {
    const answer = await call(host, path, options);
    if (answer.status !== 200) await readAll(answer, host);
    for await (const { text, whole } of readLines(answer.body)) {
      // Thousands of lines may be buffered when the interrupt comes.
      options.signal?.throwIfAborted();
      // A cut line is the end of a stream that broke, not a strange answer; the caller misses its `success`.
      if (!whole && text.startsWith('{') && jsonOrNull(text, limits.stream) === null) return;
      const line = await understand(host, readProgress, parse(host, text, limits.stream));
      if ('error' in line) throw new ServerError(200, line.error);
      yield line;
    }
  } catch (error) {
    throw unreachable(error, host);
  }
}

async function guarded<T>(host: OllamaHost, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unreachable(error, host);
  }
}

type Bounds = JsonBounds & { bytes: number };

/** Whole body of an answer; throws ServerError when its status is not a success. */
async function readAll(answer: Call, host: OllamaHost, bounds: Bounds = limits.answer): Promise<Buffer> {
  let held: Buffer = Buffer.allocUnsafe(Math.min(firstBytes, bounds.bytes));
  let size = 0;
  for await (const chunk of answer.body) {
    if (size + chunk.length > bounds.bytes) throw strange(host, 'its answer does not end');
    if (size + chunk.length > held.length) held = grown(held, size, Math.min(2 * (size + chunk.length), bounds.bytes));
    held.set(chunk, size);
    size += chunk.length;
  }
  const bytes = held.subarray(0, size);
  if (answer.status >= 200 && answer.status < 300) return bytes;
  throw await refusal(answer, host, bytes);
}

/** Most answers are shorter. */
const firstBytes = 64 * 1024;

function grown(from: Buffer, usedBytes: number, toBytes: number): Buffer {
  const to = Buffer.allocUnsafe(toBytes);
  from.copy(to, 0, 0, usedBytes);
  return to;
}

/** What to throw for an error status: a proxy that wants a login, another server, or Ollama's own error. */
async function refusal(answer: Call, host: OllamaHost, body: Buffer): Promise<FitError> {
  const said = await readFailure(jsonOrNull(body, limits.answer));
  if (said !== null && !/^file not found\.?$/i.test(said)) return new ServerError(answer.status, said);
  if (answer.status === 401 || answer.status === 403 || answer.status === 407) {
    return new ServerError(answer.status, 'it wants a login');
  }
  return said === null
    ? strange(host, describe(answer))
    : strange(host, "it lacks Ollama's API (llama-server answers so)");
}

function describe({ status, location }: Call): string {
  return location === null ? `HTTP ${status}` : `HTTP ${status}, a redirect to ${cleanLine(location)}`;
}

function parse(host: OllamaHost, text: string | Uint8Array, bounds: JsonBounds): unknown {
  return parseJson(text, bounds, (why) => strange(host, `its answer ${why}`));
}

async function understand<T>(host: OllamaHost, read: (value: unknown) => Promise<T>, value: unknown): Promise<T> {
  try {
    return await read(value);
  } catch (error) {
    throw strange(host, 'its answer has another shape', error);
  }
}

function strange(host: OllamaHost, why: string, cause?: unknown): FitError {
  const message = `What answers at ${host.url} does not look like Ollama: ${why}.`;
  return new FitError('ollama-error', message, 'Check OLLAMA_HOST: is another program on that port?', { cause });
}
