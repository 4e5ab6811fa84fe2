/**
 * A model registry on loopback, as far as `ollama pull` asks one: manifests and blobs, with ranges. For tests; it holds
 * what it serves in memory.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A layer of a model: its media type without the common beginning, and its bytes. */
export interface Layer {
  kind: 'model' | 'projector' | 'draft' | 'params' | 'license' | 'template';
  bytes: Uint8Array;
}

export interface Registry {
  /** `127.0.0.1:PORT`, the first part of the names of its models. */
  address: string;
  /** Adds or moves a tag: `library/tiny:dense`. Gives the manifest's sha256, bare hex. */
  publish(name: string, layers: readonly Layer[], config: Record<string, unknown>): string;
  /** Paths asked for so far, with their method: `GET /v2/library/tiny/manifests/dense`. */
  requests: string[];
  /** What the answers with a blob's bytes do: cut the connection half way, send other bytes, or come slowly. */
  fault: 'none' | 'cut' | 'corrupt' | 'slow';
  /** Status that every request for a manifest is answered with in place of the manifest; null: none. */
  manifestStatus: number | null;
  port: number;
  close(): Promise<void>;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A certificate with its key (PEM), and the host name under which the registry sends its callers to the bytes. */
export interface SecureRegistry {
  key: string;
  cert: string;
  bytesHost: string;
}

/** Starts a registry on a free port of 127.0.0.1, over TLS where a certificate is given. */
export async function startRegistry(secure?: SecureRegistry): Promise<Registry> {
  const blobs = new Map<string, Uint8Array>();
  const manifests = new Map<string, Uint8Array>();
  const put = (mediaType: string, bytes: Uint8Array) => {
    const digest = `sha256:${sha256(bytes)}`;
    blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    registry.requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  };
  const server = secure ? createSecureServer({ key: secure.key, cert: secure.cert }, listener) : createServer(listener);
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const [, name, kind, key = ''] = /^\/v2\/(.+)\/(manifests|blobs|storage)\/([^/]+)$/.exec(request.url ?? '') ?? [];
    const bytes = kind === 'manifests' ? manifests.get(`${name}:${key}`) : blobs.get(key);
    if (kind === 'manifests' && registry.manifestStatus !== null) {
      response.writeHead(registry.manifestStatus, { 'content-type': 'text/plain' });
      response.end('not now');
    } else if (!bytes) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}');
    } else if (kind === 'blobs' && request.method === 'GET') {
      // Ollama insists on being sent to another host name for the bytes, as the real registry does.
      const site = secure ? `https://${secure.bytesHost}` : `http://localhost:${request.socket.localPort}`;
      const location = `${site}/v2/${name}/storage/${key}`;
      response.writeHead(307, { location });
      response.end();
    } else sendBytes(request, response, bytes, kind === 'storage' ? registry.fault : 'none');
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const registry: Registry = {
    port: (server.address() as AddressInfo).port,
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    publish: (name, layers, config) => {
      const manifest = {
        schemaVersion: 2,
        mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
        config: put('application/vnd.docker.container.image.v1+json', Buffer.from(JSON.stringify(config))),
        layers: layers.map((layer) => put(`application/vnd.ollama.image.${layer.kind}`, layer.bytes)),
      };
      const bytes = Buffer.from(JSON.stringify(manifest));
      manifests.set(name, bytes);
      return sha256(bytes);
    },
    requests: [],
    fault: 'none',
    manifestStatus: null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return registry;
}

function sendBytes(request: IncomingMessage, response: ServerResponse, all: Uint8Array, fault: Registry['fault']) {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const first = Number(from ?? 0);
  const last = to ? Math.min(Number(to), all.length - 1) : all.length - 1;
  const part = all.subarray(first, last + 1);
  response.writeHead(from === undefined ? 200 : 206, {
    'content-length': part.length,
    'content-type': 'application/octet-stream',
    ...(from !== undefined && { 'content-range': `bytes ${first}-${last}/${all.length}` }),
  });
  if (request.method === 'HEAD') response.end();
  else if (fault === 'slow') sendSlowly(response, part);
  else if (fault === 'cut') response.write(part.subarray(0, part.length / 2), () => response.destroy());
  else response.end(fault === 'corrupt' ? Buffer.alloc(part.length, 1) : part);
}

/** A twentieth of the bytes every 100 ms. */
function sendSlowly(response: ServerResponse, part: Uint8Array): void {
  const step = Math.max(1, Math.ceil(part.length / 20));
  let at = 0;
  const timer = setInterval(() => {
    if (response.destroyed || at >= part.length) {
      clearInterval(timer);
      if (!response.destroyed) response.end();
      return;
    }
    response.write(part.subarray(at, at + step));
    at += step;
  }, 100);
}
