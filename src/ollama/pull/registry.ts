import { createHash } from 'node:crypto';
import { limits } from '../../limits.ts';
import { jsonOrNull } from '../../system/json.ts';
import { type OllamaHost, parseOllamaHost } from '../http/host.ts';
import { call } from '../http/http.ts';

/** What the registry serves under a tag now. */
export interface RegistryManifest {
  /** sha256 of the manifest, bare hex: what /api/tags shows after a pull. */
  digest: string;
  layers: { digest: string; sizeBytes: number }[];
  totalBytes: number;
}

type Env = Readonly<Record<string, string | undefined>>;

export type FetchManifest = (tag: string) => Promise<RegistryManifest | null>;

interface Place {
  host: OllamaHost;
  path: string;
}

/** Address of a tag's manifest: the library, a user's model, or hf.co. null for hosts this does not know. */
export function manifestPlace(tag: string, env: Env = {}): Place | null {
  const match = /^(?:(.+)\/)?([^/:]+)(?::([^/:]+))?$/.exec(tag);
  if (!match) return null;
  const [, owner = 'library', name = '', label = 'latest'] = match;
  const hub = /^(?:hf\.co|huggingface\.co)\/([^/]+)$/.exec(owner);
  const local = hub?.[1] ?? owner.replace(/^registry\.ollama\.ai\//, '');
  if (local.includes('/')) return null;
  const site = hub ? 'https://huggingface.co' : 'https://registry.ollama.ai';
  return {
    host: parseOllamaHost(site, env),
    path: `/v2/${[local, name].map(encodeURIComponent).join('/')}/manifests/${label}`,
  };
}

export interface FetchOptions {
  /** Proxy variables. */
  env?: Env;
  place?: Place | null;
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

/**
 * Asks the registry what a tag holds. null when it cannot be reached in `timeoutMs`, does not answer with a manifest, or
 * the tag lives elsewhere: then the table has to do. Since 0.40 a Mac may get another child of the same tag.
 */
export async function fetchManifest(
  tag: string,
  { env = {}, place, timeoutMs = 4000, signal }: FetchOptions = {},
): Promise<RegistryManifest | null> {
  try {
    const from = place === undefined ? manifestPlace(tag, env) : place;
    if (from === null) return null;
    const answer = await call(from.host, from.path, {
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
    });
    if (answer.status !== 200) return null;
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body) {
      size += chunk.length;
      if (size > limits.manifestBytes) return null;
      chunks.push(chunk);
    }
    return readManifest(Buffer.concat(chunks));
  } catch {
    return null;
  }
}

/** A registry manifest (Docker v2 form); null when it is a list or something else. */
export function readManifest(bytes: Uint8Array): RegistryManifest | null {
  const json = jsonOrNull(bytes, limits.answer);
  if (typeof json !== 'object' || json === null || !('layers' in json) || !Array.isArray(json.layers)) return null;
  const config = 'config' in json ? [json.config] : [];
  const layers = [...json.layers, ...config].flatMap((layer: unknown) => readLayer(layer) ?? []);
  if (layers.length === 0) return null;
  return {
    digest: createHash('sha256').update(bytes).digest('hex'),
    layers,
    totalBytes: layers.reduce((sum, layer) => sum + layer.sizeBytes, 0),
  };
}

function readLayer(layer: unknown): { digest: string; sizeBytes: number } | null {
  if (typeof layer !== 'object' || layer === null || !('digest' in layer) || !('size' in layer)) return null;
  const { digest, size } = layer;
  if (typeof digest !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(digest)) return null;
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? { digest, sizeBytes: size } : null;
}
