import { isIP } from 'node:net';

type Env = Readonly<Record<string, string | undefined>>;

/** A plain http proxy. */
export interface HttpProxy {
  hostname: string;
  port: number;
  /** Value of Proxy-Authorization; null without credentials. */
  authorization: string | null;
}

export interface ProxyTarget {
  scheme: 'http' | 'https';
  hostname: string;
  port: number;
  remote: boolean;
}

/**
 * The proxy that Ollama's own client would take (Go's rules): HTTP_PROXY or HTTPS_PROXY by the target's scheme, never for this
 * computer, never for what NO_PROXY names. null for none, and for proxies that are not plain http.
 */
export function proxyFor(target: ProxyTarget, env: Env): HttpProxy | null {
  const name = target.scheme === 'https' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const value = env[name] || env[name.toLowerCase()];
  if (!target.remote || !value || isExcluded(target, env.NO_PROXY || env.no_proxy || '')) return null;
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'http:') return null;
  const credentials = url.username && `${decoded(url.username)}:${decoded(url.password)}`;
  return {
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || 80,
    authorization: credentials ? `Basic ${Buffer.from(credentials).toString('base64')}` : null,
  };
}

/** A `%` that is not escaped stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `*`, a domain (with all below it), an address, a range `10.0.0.0/8`, each perhaps with a port. */
function isExcluded({ hostname, port }: ProxyTarget, noProxy: string): boolean {
  return noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry === '*' || (entry !== '' && matches(entry, hostname.toLowerCase(), port)));
}

function matches(entry: string, hostname: string, port: number): boolean {
  const range = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(entry);
  if (range?.[1] && isIP(range[1]) && isIP(hostname)) return inRange(range[1], Number(range[2]), hostname);
  const [, name = entry, wantedPort] = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(entry) ?? [];
  if (isIP(entry)) return entry === hostname;
  if (wantedPort !== undefined && Number(wantedPort) !== port) return false;
  const domain = name.replace(/^\*?\./, '');
  return hostname === domain || hostname.endsWith(`.${domain}`);
}

function inRange(network: string, prefix: number, address: string): boolean {
  const [a, b] = [bitsOf(network), bitsOf(address)];
  return a.length === b.length && prefix <= a.length && a.slice(0, prefix) === b.slice(0, prefix);
}

/** An address as a text of 32 or 128 binary digits. */
function bitsOf(address: string): string {
  if (isIP(address) === 4) return binary(address.split('.'), 10, 8);
  const [front = '', back = ''] = address.split('::');
  const head = front === '' ? [] : front.split(':');
  const tail = back === '' ? [] : back.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  return binary([...head, ...zeros, ...tail], 16, 16);
}

const binary = (parts: readonly string[], radix: number, width: number) =>
  parts.map((part) => Number.parseInt(part, radix).toString(2).padStart(width, '0')).join('');

/** An IP address, not a name. */
export const isAddress = (hostname: string): boolean => isIP(hostname) !== 0;

export const proxyHeaders = ({ authorization }: HttpProxy): Record<string, string> =>
  authorization === null ? {} : { 'proxy-authorization': authorization };
