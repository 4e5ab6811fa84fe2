import { ollamaDownloadUrl } from '../../data/runtimes.ts';
import { FitError } from '../../errors.ts';
import type { OllamaHost } from '../http/host.ts';
import { ConnectionError } from '../http/http.ts';

/** Node's connection codes in words. */
const reasons: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name cannot be looked up now',
  ETIMEDOUT: 'it does not answer in time',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ECONNRESET: 'the connection was cut',
};

/** What to do where some program does listen. */
const listeningHints: readonly [RegExp, string][] = [
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT|CERT_|ERR_TLS_CERT)/,
    'Its certificate is not trusted here. Node trusts more with NODE_EXTRA_CA_CERTS=FILE.',
  ],
  [/^(EPROTO|ERR_SSL)/, 'It does not speak https: try OLLAMA_HOST=http://HOST:PORT.'],
  [/^HPE_/, 'It does not speak http. Does it want https (OLLAMA_HOST=https://HOST:PORT), or is it another program?'],
  [/^ECONNRESET$/, 'It may want https (OLLAMA_HOST=https://HOST:PORT), or be another program.'],
  [/^ETIMEDOUT$/, 'A program may hang on that port. Restart Ollama, or check OLLAMA_HOST.'],
];

/** How the Ollama service of this computer is started and installed (ollama.com/download). */
const services: Partial<Record<string, { start: string; install: string }>> = {
  linux: {
    start: 'sudo systemctl start ollama (or: ollama serve)',
    install: 'curl -fsSL https://ollama.com/install.sh | sh',
  },
  darwin: {
    start: 'open -a Ollama (or: ollama serve)',
    install: 'https://ollama.com/download/Ollama.dmg (or: brew install ollama && brew services start ollama)',
  },
  win32: {
    start: 'Ollama in the Start menu (or: ollama serve)',
    install: 'winget install --id Ollama.Ollama (or https://ollama.com/download/OllamaSetup.exe)',
  },
};

/** What is known about Ollama on this computer; a client that lost its server in the middle of a pull knows neither. */
export interface LocalOllama {
  platform: string | null;
  /** Whether the program is installed; null: not looked for. */
  isInstalled: boolean | null;
}

const nothingKnown: LocalOllama = { platform: null, isInstalled: null };

/** A transport error as the error that the person sees. Other errors come back as they are. */
export function unreachable(error: unknown, host: OllamaHost, local = nothingKnown): unknown {
  const cause = error instanceof FitError ? error.cause : error;
  if (!(cause instanceof ConnectionError)) return error;
  const why = reasons[cause.code] ?? cause.message;
  const hint = listeningHints.find(([pattern]) => pattern.test(cause.code))?.[1] ?? absentHint(host, local);
  return new FitError('ollama-unreachable', `Ollama does not answer at ${host.url}: ${why}.`, hint, { cause });
}

/** Whether a transport error means that no server runs there, so that starting or installing one helps. */
export function isNothingThere(error: unknown): boolean {
  const cause = error instanceof FitError ? error.cause : error;
  return cause instanceof ConnectionError && cause.code === 'ECONNREFUSED';
}

function absentHint(host: OllamaHost, { platform, isInstalled }: LocalOllama): string {
  if (host.remote) return 'Is OLLAMA_HOST right, and is that server started with OLLAMA_HOST=0.0.0.0?';
  const service = platform === null ? undefined : services[platform];
  const start = `Start it: ${service?.start ?? 'ollama serve'}`;
  const install = `Install it: ${service?.install ?? ollamaDownloadUrl}`;
  if (isInstalled === null) return `${start}. Not installed? ${install}`;
  return isInstalled ? start : install;
}
