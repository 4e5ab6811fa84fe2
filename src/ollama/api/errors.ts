import { type ErrorCode, FitError } from '../../errors.ts';
import type { OllamaHost } from '../http/host.ts';
import { ConnectionError } from '../http/http.ts';

/** What a failed pull means for the next step. restart: the blob is gone, resume begins it anew. */
export type Recovery = 'retry' | 'restart' | 'give-up';

export interface PullFailure {
  recovery: Recovery;
  code: ErrorCode;
  /** Sentence for the person; `{said}` stands for the server's own words. */
  message: string;
  hint: string;
}

interface Rule extends PullFailure {
  when: RegExp;
}

const again = 'Run the same command again: the download resumes where it stopped.';

/** How Go says that a registry is out of reach. */
const outOfReach = /dial tcp|lookup |no such host|network is unreachable|proxyconnect|certificate/i;

/** Texts of Ollama's pull errors, most telling first (facts: server/images.go, download.go of v0.33; issues for 412). */
const rules: readonly Rule[] = [
  {
    when: /no space left on device|not enough space on the disk|disk quota exceeded|There is not enough space/i,
    recovery: 'give-up',
    code: 'disk-full',
    message: "The disk of Ollama's models folder is full: {said}.",
    hint: `Free some space (ollama rm MODEL) or move OLLAMA_MODELS. ${again}`,
  },
  {
    when: /requires macos|MLX runtime is not available|no compatible manifest found/i,
    recovery: 'give-up',
    code: 'platform',
    message: 'This build does not run on the platform of this server: {said}.',
    hint: 'Choose a GGUF build, for example one that ends in -it-qat or -it-q4_K_M: gemma-fit list.',
  },
  {
    when: /\b412\b|requires a newer version/i,
    recovery: 'give-up',
    code: 'ollama-too-old',
    message: 'This Ollama is too old for this build: {said}.',
    hint: 'Update Ollama from https://ollama.com/download and run the command again.',
  },
  {
    // Before `not found`, which a failed look-up says too.
    when: outOfReach,
    recovery: 'retry',
    code: 'pull-failed',
    message: 'The Ollama server cannot reach the registry: {said}.',
    hint: "The download runs in the server: its network, DNS and HTTPS_PROXY count, not this shell's.",
  },
  {
    when: /file does not exist|manifest unknown|not found/i,
    recovery: 'give-up',
    code: 'pull-failed',
    message: 'The registry does not know this model or tag: {said}.',
    hint: 'See the known tags with: gemma-fit list.',
  },
  {
    when: /digest mismatch/i,
    recovery: 'restart',
    code: 'pull-failed',
    message: 'A downloaded file did not match its checksum and Ollama removed it: {said}.',
    hint: 'Run the same command again: that one file is downloaded anew.',
  },
  {
    when: /unauthorized|access denied/i,
    recovery: 'give-up',
    code: 'pull-failed',
    message: 'The registry refused access: {said}.',
    hint: 'Is the name right? Private models need: ollama signin.',
  },
  {
    when: /invalid model name|insecure protocol/i,
    recovery: 'give-up',
    code: 'usage',
    message: 'Ollama does not accept this model name: {said}.',
    hint: 'Names look like gemma4:26b or hf.co/user/repo:Q4_K_M.',
  },
  {
    when: /permission denied|read-only file system/i,
    recovery: 'give-up',
    code: 'pull-failed',
    message: 'Ollama may not write to its models folder: {said}.',
    hint: "Check the owner of the models folder: the server's user needs to write there.",
  },
  {
    // A pull that starts while the server still ends a cancelled one joins it and is told `context canceled`.
    when: /max retries exceeded|timeout|timed out|EOF|connection reset|forcibly closed|broken pipe|deadline exceeded|GOAWAY|stream error|INTERNAL_ERROR|stalled|TLS handshake|context canceled|\b5\d\d\b|too many requests|\b429\b/i,
    recovery: 'retry',
    code: 'pull-failed',
    message: 'The download broke off: {said}.',
    hint: again,
  },
];

/** Reads the meaning of an error text of a pull. Unknown texts are not retried: nobody knows that it helps. */
export function classifyPullError(said: string): PullFailure {
  const rule = rules.find((r) => r.when.test(said));
  const { recovery, code, message, hint } = rule ?? {
    recovery: 'give-up' as const,
    code: 'pull-failed' as const,
    message: 'Ollama could not pull the model: {said}.',
    hint: again,
  };
  return { recovery, code, message: message.replace('{said}', () => said.replace(/\.$/, '')), hint };
}

/** Whether a pull failed because the server cannot reach the registry: what is installed can still be used. */
export function isOffline(error: unknown): boolean {
  return error instanceof FitError && error.code === 'pull-failed' && outOfReach.test(error.message);
}

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

/** A transport error as the error that the person sees. Other errors come back as they are. */
export function unreachable(error: unknown, host: OllamaHost): unknown {
  if (!(error instanceof ConnectionError)) return error;
  const why = reasons[error.code] ?? error.message;
  const hint = host.remote
    ? 'Is OLLAMA_HOST right, and does the server listen on more than loopback (OLLAMA_HOST=0.0.0.0 on the server)?'
    : 'Start it with: ollama serve (or open the Ollama app). Not installed? https://ollama.com/download';
  return new FitError('ollama-unreachable', `Ollama does not answer at ${host.url}: ${why}.`, hint, { cause: error });
}
