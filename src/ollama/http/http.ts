import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { addAbortSignal } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import type { OllamaHost } from './host.ts';
import { type HttpProxy, isAddress, proxyHeaders } from './proxy.ts';

export interface CallOptions {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** Whole answer must start within this time, ms; absent: no limit (loads and pulls are silent for minutes). */
  timeoutMs?: number | undefined;
  /** Called every `silenceMs` while nothing arrives, with the silence so far in ms. */
  onSilence?: ((silentMs: number) => void) | undefined;
  /** Default 10 s. */
  silenceMs?: number | undefined;
}

/** A response whose body is read with `for await`. */
export interface Call {
  status: number;
  contentType: string;
  location: string | null;
  body: AsyncIterable<Uint8Array>;
}

/** What the transport throws: nothing came, or the connection broke. `code` is Node's (ECONNREFUSED, ...). */
export class ConnectionError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * One request over node:http(s), on a connection of its own, through the host's proxy where it has one. fetch is not used: it ends a
 * body that is silent for 300 s, and Ollama hashes tens of GB in silence. Throws ConnectionError, or the signal's reason.
 */
export async function call(host: OllamaHost, path: string, options: CallOptions = {}): Promise<Call> {
  options.signal?.throwIfAborted();
  const watchdog = startWatchdog(options);
  const limit = new AbortController();
  const ending = AbortSignal.any([limit.signal, ...(options.signal ? [options.signal] : [])]);
  const { request, response } = start(host, path, options, ending);
  const onLimit = () => {
    const error = timeoutError(options.timeoutMs);
    request.destroy(error);
    limit.abort(error);
  };
  const timer = options.timeoutMs && setTimeout(onLimit, options.timeoutMs);
  try {
    const message = await response;
    watchdog.reset();
    return {
      status: message.statusCode ?? 0,
      contentType: message.headers['content-type'] ?? '',
      location: message.headers.location ?? null,
      body: readBody(message, watchdog, () => clearTimeout(timer || undefined), options.signal),
    };
  } catch (error) {
    watchdog.stop();
    clearTimeout(timer || undefined);
    throw asConnectionError(error, options.signal);
  }
}

const timeoutError = (timeoutMs = 0) =>
  Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' });

function start(host: OllamaHost, path: string, options: CallOptions, ending: AbortSignal) {
  const open = host.scheme === 'https' ? httpsRequest : httpRequest;
  const text = options.body === undefined ? null : JSON.stringify(options.body);
  const request: ClientRequest = open({
    ...wayTo(host, `${host.basePath && `/${host.basePath}`}${path}`, ending),
    method: options.method ?? 'GET',
    headers: {
      accept: 'application/json, application/x-ndjson',
      'user-agent': 'gemma-fit',
      ...(host.proxy && host.scheme === 'http' && { host: authorityOf(host), ...proxyHeaders(host.proxy) }),
      ...(text !== null && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    },
    ...(host.auth !== null && { auth: host.auth }),
    ...(options.signal && { signal: options.signal }),
  });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
    // A request that still waits for its tunnel has no socket and says nothing when it is destroyed.
    ending.addEventListener('abort', () => reject(ending.reason), { once: true });
  });
  request.end(text ?? undefined);
  return { request, response };
}

/** Where to connect: the host itself, its proxy with the whole address as the path (http), or a tunnel (https). */
function wayTo(host: OllamaHost, path: string, ending: AbortSignal) {
  const { proxy, hostname, port, scheme } = host;
  if (!proxy) return { host: hostname, port, path, agent: false as const };
  if (scheme === 'https') return { host: hostname, port, path, agent: tunnelAgent(proxy, host, ending) };
  return { host: proxy.hostname, port: proxy.port, path: `http://${authorityOf(host)}${path}`, agent: false as const };
}

const authorityOf = ({ hostname, port }: OllamaHost) =>
  `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;

/** An agent whose connections go through the proxy by CONNECT, encrypted from here to the host, and fall with the signal. */
function tunnelAgent(proxy: HttpProxy, host: OllamaHost, signal: AbortSignal): Agent {
  const path = authorityOf(host);
  const headers = { host: path, ...proxyHeaders(proxy) };
  const agent = new Agent({ keepAlive: false });
  return Object.assign(agent, {
    createConnection(_options: unknown, done: (error: Error | null, socket?: unknown) => void) {
      const { hostname, port } = proxy;
      const request = httpRequest({ host: hostname, port, method: 'CONNECT', path, headers, signal });
      request.on('error', done);
      request.on('connect', (response, socket) => {
        if (response.statusCode !== 200) {
          socket.destroy();
          return done(new Error(`the proxy ${proxy.hostname} refused the connection (${response.statusCode})`));
        }
        const secure = tlsConnect({ socket, ...(!isAddress(host.hostname) && { servername: host.hostname }) });
        addAbortSignal(signal, secure);
        secure.once('secureConnect', () => done(null, secure));
        secure.once('error', done);
      });
      request.end();
    },
  });
}

async function* readBody(
  message: IncomingMessage,
  watchdog: Watchdog,
  finish: () => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of message) {
      // Empty lines count as silence.
      if (saysSomething(chunk)) watchdog.reset();
      yield chunk as Uint8Array;
    }
    if (!message.complete) throw new ConnectionError('ECONNRESET', 'the connection ended in the middle of the answer');
  } catch (error) {
    throw asConnectionError(error, signal);
  } finally {
    watchdog.stop();
    finish();
    message.destroy();
  }
}

const saysSomething = (chunk: Uint8Array): boolean => chunk.some((byte) => byte > 0x20);

function asConnectionError(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  if (error instanceof ConnectionError || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'EUNKNOWN';
  return new ConnectionError(code, error.message || code);
}

interface Watchdog {
  reset(): void;
  stop(): void;
}

function startWatchdog({ onSilence, silenceMs = 10_000 }: CallOptions): Watchdog {
  if (!onSilence) return { reset: () => {}, stop: () => {} };
  let silentMs = 0;
  const timer = setInterval(() => {
    silentMs += silenceMs;
    onSilence(silentMs);
  }, silenceMs);
  return {
    reset: () => {
      silentMs = 0;
      timer.refresh();
    },
    stop: () => clearInterval(timer),
  };
}
