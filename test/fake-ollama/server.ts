import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { generate, psBody } from './generate.ts';
import { createModel, showBody, tagRow } from './models.ts';
import { streamPull } from './pull.ts';
import { type FakeState, fullName, newState } from './state.ts';
import type { FakeOptions, PullFault } from './types.ts';
import { BodyWriter } from './writer.ts';

/** A running fake. */
export interface FakeOllama {
  /** Value for OLLAMA_HOST. */
  host: string;
  port: number;
  state: FakeState;
  /** Dies at once: sockets destroyed, listener closed, state kept. */
  die(): Promise<void>;
  /** Comes back on the same port. Partials older than an hour are gone, as Ollama does unless OLLAMA_NOPRUNE. */
  restart(afterHours?: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * A real HTTP server on a loopback port that speaks Ollama's wire format (version, tags, show, ps, generate, pull,
 * create, delete), keeps state as Ollama does (blobs, partial downloads, tags, loaded models) and breaks on demand.
 *
 *     const fake = await startFakeOllama({ registry: { 'gemma4:12b': remote }, pullFaults: [{ kind: 'cut', afterBytes: 300 }] });
 *     // OLLAMA_HOST=fake.host … fake.state.requests … fake.restart() … await fake.close()
 */
export async function startFakeOllama(options: FakeOptions = {}): Promise<FakeOllama> {
  const state = newState(options);
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  let port = 0;

  const die = async () => {
    const dying = server;
    server = null;
    for (const socket of sockets) socket.destroy();
    state.loaded.clear();
    if (dying) await new Promise<void>((resolve) => dying.close(() => resolve()));
  };
  const listen = async () => {
    server = createServer((request, response) => {
      answer({ state, options, die }, request, response).catch(() => response.destroy());
    });
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  };
  await listen();
  const restart = async (afterHours = 0) => {
    if (server) await die();
    if (afterHours >= 1 && !state.noPrune) state.partials.clear();
    await listen();
  };
  return { host: `127.0.0.1:${port}`, port, state, die, restart, close: die };
}

interface Context {
  state: FakeState;
  options: FakeOptions;
  die(): Promise<void>;
}

async function answer(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { state, options } = context;
  const path = (request.url ?? '/').replace(/^.*(?=\/api\/)/, '');
  const body = await readBody(request);
  const asked = { method: request.method ?? 'GET', path, body };
  state.requests.push(asked);
  options.heard?.(asked);
  if (options.impostor) {
    response.writeHead(options.impostor.status, { 'content-type': options.impostor.contentType });
    response.end(options.impostor.body);
    return;
  }
  const route = routes[`${request.method} ${path}`];
  if (route) await route(context, body, response);
  else send(response, 404, '404 page not found');
}

type Route = (context: Context, body: Record<string, unknown>, response: ServerResponse) => Promise<void> | void;

const routes: Record<string, Route> = {
  'GET /': (_, __, response) => send(response, 200, 'Ollama is running'),
  'GET /api/version': ({ state }, _, response) => send(response, 200, { version: state.version }),
  'GET /api/tags': ({ state }, _, response) => send(response, 200, { models: [...state.models.values()].map(tagRow) }),
  'GET /api/ps': ({ state }, _, response) => send(response, 200, psBody(state)),
  'POST /api/show': ({ state }, body, response) => {
    const model = state.models.get(fullName(String(body.model)));
    if (model) send(response, 200, showBody(model, body.verbose === true));
    else send(response, 404, { error: `model '${fullName(String(body.model))}' not found` });
  },
  'POST /api/generate': async ({ state }, body, response) => {
    const result = await generate(state, body);
    send(response, result.status, result.body);
  },
  'DELETE /api/delete': ({ state }, body, response) => {
    const name = String(body.model);
    if (state.models.delete(fullName(name))) send(response, 200, '');
    else send(response, 404, { error: `model '${name}' not found` });
  },
  'POST /api/create': async ({ state, options }, body, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const writer = new BodyWriter(response, options.pieces ?? []);
    for (const line of createModel(state, body)) {
      if (!options.cutCreate || line.status !== 'success') await writer.line(line);
    }
    response.end();
  },
  'POST /api/pull': pull,
};

async function pull(context: Context, body: Record<string, unknown>, response: ServerResponse): Promise<void> {
  const { state, options } = context;
  const fault: PullFault = state.pullFaults.shift() ?? { kind: 'none' };
  if (fault.kind === 'http-error') return send(response, fault.status, { error: fault.text });
  const stops: Partial<Record<PullFault['kind'], () => void>> = {
    truncate: () => response.end(),
    cut: () => response.destroy(),
    die: () => void context.die(),
  };
  const stopAt = 'afterBytes' in fault ? fault.afterBytes : Number.POSITIVE_INFINITY;
  const writer = new BodyWriter(response, options.pieces ?? [], stopAt, stops[fault.kind]);
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  await streamPull(state, String(body.model), fault, writer);
  if (!writer.stopped) response.end();
}

function send(response: ServerResponse, status: number, body: Record<string, unknown> | string): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' });
  response.end(text);
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
