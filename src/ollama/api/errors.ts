import { updateOllama } from '../../data/runtimes.ts';
import { type ErrorCode, FitError } from '../../errors.ts';

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

/** Ollama notes how far a part came at its end or on a cancel (server/download.go): a killed server or a full disk loses parts in flight. */
const again = 'Run the same command again: parts that are complete are kept.';

/** How Go says that a registry is out of reach. */
const outOfReach = /dial tcp|lookup |no such host|network is unreachable|proxyconnect|certificate/i;
/** A page in place of JSON: a captive portal, or a proxy that wants a login. */
const webPage = /invalid character '<'/i;
/** Transient errors, and how a registry or proxy says that it is unavailable. */
const passing =
  /max retries exceeded|timeout|timed out|EOF|connection reset|forcibly closed|broken pipe|deadline exceeded|GOAWAY|stream error|INTERNAL_ERROR|stalled|TLS handshake|context canceled|bad gateway|service unavailable|gateway timeout|internal server error|\b5\d\d\b|too many requests|\b429\b/i;
const refused = /unauthorized|access denied|forbidden|\b401\b|\b403\b/i;

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
    hint: updateOllama,
  },
  {
    when: webPage,
    recovery: 'give-up',
    code: 'pull-failed',
    message: 'A web page answered in place of the registry: {said}.',
    hint: 'Log in to the network of the Ollama server (captive portal), or check the HTTPS_PROXY that Ollama was started with.',
  },
  {
    // Before `not found`, which a failed look-up says too.
    when: outOfReach,
    recovery: 'retry',
    code: 'pull-failed',
    message: 'The Ollama server cannot reach the registry: {said}.',
    hint: 'Ollama downloads, not this shell: its network, DNS and HTTPS_PROXY count.',
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
    when: refused,
    recovery: 'give-up',
    code: 'pull-failed',
    message: 'The registry refused access: {said}.',
    hint: 'Is the name right? Private models need: ollama signin. A proxy in between may refuse it too.',
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
    hint: "Check the owner of the models folder: Ollama's user needs to write there.",
  },
  {
    // A pull that starts while the server still ends a cancelled one joins it and gets `context canceled`.
    when: passing,
    recovery: 'retry',
    code: 'pull-failed',
    message: 'The download broke off: {said}.',
    hint: again,
  },
];

/** Reads the meaning of an error text of a pull. Unknown texts are not retried: it may not help. */
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

/**
 * Whether a pull failed because the registry cannot be asked now (out of reach, refusing, busy, a captive portal): what is installed can still
 * be used.
 */
export function isOffline(error: unknown): boolean {
  const ways = [outOfReach, webPage, refused, passing];
  return error instanceof FitError && error.code === 'pull-failed' && ways.some((way) => way.test(error.message));
}

/** The message for a try that failed before the first byte: no download was interrupted, and nothing is kept. */
export function beforeFirstByte(failure: PullFailure, said: string): PullFailure {
  if (!failure.message.startsWith('The download broke off')) return failure;
  const message = `The registry does not answer as it should: ${said.replace(/\.$/, '')}.`;
  return { ...failure, message, hint: 'Run the same command again later.' };
}
