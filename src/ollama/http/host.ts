import { isIP } from 'node:net';
import { FitError } from '../../errors.ts';
import { cleanLine } from '../../text.ts';
import { type HttpProxy, proxyFor } from './proxy.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The server's address for a client. */
export interface OllamaHost {
  scheme: 'http' | 'https';
  /** Host name or IP without brackets; never an unspecified address. */
  hostname: string;
  port: number;
  /** Path prefix without slashes at its ends; empty when there is none. */
  basePath: string;
  /** Scheme, host, port and prefix, no credentials: fit to be shown. */
  url: string;
  /** Not this computer: local probes say nothing about its hardware. */
  remote: boolean;
  /** `user:password` of the address for basic authentication; null when there is none. */
  auth: string | null;
  /** Proxy on the way; null for this computer and for most others. */
  proxy: HttpProxy | null;
  /** The port could not be read and the scheme's default is used, as Ollama does. */
  badPort: string | null;
}

const defaultPorts = { http: 80, https: 443 } as const;

/**
 * Reads OLLAMA_HOST as Ollama's own client does (envconfig/config.go, Host and ConnectableHost of v0.33): quotes and
 * spaces off, http and 11434 without a scheme, the scheme's own port with one, a bad port replaced by the default.
 * env: where the proxy variables are read from; a proxy is never used for this computer.
 * Throws FitError('usage') for a scheme that is not http or https, and for characters that no request can carry.
 */
export function parseOllamaHost(value: string | undefined, env: Env = {}): OllamaHost {
  const host = parse(value);
  return { ...host, proxy: proxyFor(host, env) };
}

type Parsed = Omit<OllamaHost, 'proxy'>;

function parse(value: string | undefined): Parsed {
  const text = unquote(value ?? '');
  const cut = text.indexOf('://');
  if (cut < 0 && text === 'ollama.com') return build('https', 'ollama.com', 443, '', null, null);
  const scheme = cut < 0 ? 'http' : text.slice(0, cut).toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') {
    throw new FitError(
      'usage',
      `OLLAMA_HOST has the scheme ${cleanLine(scheme)}, which is neither http nor https.`,
      'Set it like http://192.168.1.20:11434 or unset it.',
    );
  }
  const defaultPort = cut < 0 ? 11434 : defaultPorts[scheme];
  const [authority, basePath] = splitOnce(cut < 0 ? text : text.slice(cut + 3), '/');
  const at = authority.lastIndexOf('@');
  const auth = at < 0 ? null : authority.slice(0, at);
  refuseOddCharacters(`${authority.slice(at + 1)}/${basePath}`);
  const { hostname, portText } = splitPort(authority.slice(at + 1));
  const port = portText === null ? defaultPort : readPort(portText);
  return build(scheme, hostname, port ?? defaultPort, basePath, auth, port === null ? portText : null);
}

function build(
  scheme: 'http' | 'https',
  hostname: string,
  port: number,
  basePath: string,
  auth: string | null,
  badPort: string | null,
): Parsed {
  const name = connectable(hostname);
  const shown = isIP(name) === 6 ? `[${name}]` : name;
  const prefix = basePath.replace(/^\/+|\/+$/g, '');
  const url = cleanLine(`${scheme}://${shown}:${port}${prefix && `/${prefix}`}`);
  return { scheme, hostname: name, port, basePath: prefix, url, remote: !isLoopback(name), auth, badPort };
}

function refuseOddCharacters(address: string): void {
  if (!/[^!-~\u00a1-\u00ff]/.test(address)) return;
  throw new FitError(
    'usage',
    `OLLAMA_HOST has a space or another character that no address may have: ${cleanLine(address)}.`,
    'Set it like http://192.168.1.20:11434 or unset it.',
  );
}

const unquote = (value: string) =>
  value
    .trim()
    .replace(/^["']+|["']+$/g, '')
    .trim();

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Go's net.SplitHostPort: brackets for IPv6; more than one colon without brackets is not host:port. */
function splitPort(authority: string): { hostname: string; portText: string | null } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(authority);
  if (bracketed) return { hostname: bracketed[1] ?? '', portText: bracketed[2] ?? null };
  const colons = authority.split(':').length - 1;
  if (colons !== 1) return { hostname: authority || '127.0.0.1', portText: null };
  const [hostname, portText] = splitOnce(authority, ':');
  return { hostname: hostname || '127.0.0.1', portText };
}

function readPort(text: string): number | null {
  return /^\+?\d{1,10}$/.test(text) && Number(text) <= 65535 ? Number(text) : null;
}

/** Addresses that a server may bind to and a client may not dial. */
function connectable(hostname: string): string {
  if (hostname === '') return '127.0.0.1';
  if (isIP(hostname) === 4 && /^0+(\.0+){3}$/.test(hostname)) return '127.0.0.1';
  if (isIP(hostname) === 6 && /^[0:]+$/.test(hostname)) return '::1';
  return hostname;
}

/** localhost, 127/8, ::1 and the IPv4 loopback written as IPv6. */
export function isLoopback(hostname: string): boolean {
  const name = hostname.toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  if (isIP(name) === 4) return name.startsWith('127.');
  return isIP(name) === 6 && (/^(0*:)*:?0*1$/.test(name) || /^::ffff:127\./.test(name));
}
