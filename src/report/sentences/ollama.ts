// biome-ignore lint/style/noRestrictedImports: the union of codes alone, a type without behaviour
import type { Cause, InvalidOutputReason, OllamaCode, OllamaFinding, VerifiedPart } from '../../ollama/findings.ts';
import { count, formatContext, formatDownload, formatInteger, formatMemory } from '../units.ts';

const parts: Record<VerifiedPart, string> = {
  weights: 'model',
  kvCache: 'context (KV cache)',
  compute: 'working space',
  server: "the server's own sum",
  device: 'GPU memory in all',
};

const invalidOutput: Record<InvalidOutputReason, string> = {
  empty: 'nothing at all',
  'only-thinking': 'thinking without an answer',
  repeats: 'the same words over and over',
  'special-tokens': 'control tokens as text',
  'not-text': 'characters that are no text',
};

/** What may lie behind a difference, and what to do about it. */
const causes: Record<Cause, string> = {
  'tag-moved': 'the tag names another build than it used to: pull it again',
  'other-model-loaded': 'another model holds memory: stop it with ollama stop',
  'projector-margin': 'the server keeps extra room clear for the image part',
  'little-memory-free': 'less memory was free than when it was worked out: close other programs',
  'cpu-fallback': 'the server did not find the GPU: look into its log',
  'mlx-build': 'it is an MLX build, which is loaded in another way',
  'server-limits-context': 'the server limits the context (OLLAMA_CONTEXT_LENGTH)',
  'other-client-reloaded': 'another program loaded it anew with its own settings',
  'kv-type-on-server': 'the server sets another cache type (OLLAMA_KV_CACHE_TYPE)',
  'flash-attention-off': 'flash attention is off on the server',
  'parallel-on-server': 'the server answers several at once (OLLAMA_NUM_PARALLEL)',
  'old-format': 'the build is in an older format',
  'driver-or-backend': 'the driver, or the backend that the server chose',
  'thermal-or-busy': 'the device is hot, throttled or busy with something else',
  'broken-files': 'a broken download: remove the model and pull it again',
  'old-server': 'the server is old: update Ollama',
};

/** One sentence for each finding of pull and verify. A code without one does not compile. */
export const ollamaSentences = {
  'server-too-old': (f) => `This Ollama is ${f.have}; the model needs ${f.need} or newer.`,
  'server-version-unknown': (f) => `The server calls itself ${f.have}, which says nothing about what it can do.`,
  'wrong-platform': (f) => `This build is made for ${f.platforms.join(', ')} only; this is ${f.here}.`,
  'does-not-fit': (f) =>
    f.needBytes === null || f.freeBytes === null
      ? 'It does not fit this machine.'
      : `It does not fit: it needs ${formatMemory(f.needBytes)} and ${formatMemory(f.freeBytes)} are free.`,
  'runs-split': (f) =>
    `Only ${f.gpuLayers} of ${f.totalLayers} layers fit on the GPU; the rest runs on the processor, which is much slower.`,
  'runs-on-cpu': () => 'It runs on the processor alone.',
  'disk-short': (f) =>
    `The disk${f.folder === null ? '' : ` of ${f.folder}`} has ${formatDownload(f.freeBytes)} free; ${formatDownload(f.missingBytes)} are still to be downloaded.`,
  'disk-unknown': (f) =>
    f.why === 'remote'
      ? `How much disk the server has free cannot be seen from here${f.missingBytes === null ? '' : `; it needs ${formatDownload(f.missingBytes)}`}.`
      : "Ollama's model folder was not found, so free disk is not known.",
  'conversion-room': (f) =>
    `The server rewrites this older file once and wants ${formatDownload(f.needBytes)} free for that${f.freeBytes === null ? '' : `; there are ${formatDownload(f.freeBytes)}`}. Without the room it runs as it is.`,
  'already-installed': (f) => `${f.tag} is there already.`,
  'older-generation': (f) =>
    `${f.tag} is there in an older edition${f.missingBytes === null ? '' : `; the new one takes ${formatDownload(f.missingBytes)} more to download`}.`,
  'on-gpu-after-all': (f) =>
    `The server uses a GPU (${formatMemory(f.deviceBytes)}) that was not found here: the prediction was for the processor.`,
  'base-moved': (f) => `${f.base} was pulled anew after this model was made from it: gemma-fit pull makes it again.`,
  'kept-installed': (f) => `The registry cannot be reached; ${f.tag} is used as it is installed.`,
  'remote-server': (f) => `The server ${f.host} is another computer: what was measured here says nothing about it.`,
  'mlx-ignores-context': () => 'MLX builds do not hold to a context setting.',
  'partly-on-cpu': (f) =>
    `Only ${formatMemory(f.deviceBytes)} of ${formatMemory(f.sizeBytes)} are on the GPU.${why(f.causes)}`,
  'entirely-on-cpu': (f) => `Nothing of its ${formatMemory(f.sizeBytes)} is on a GPU.${why(f.causes)}`,
  'context-differs': (f) =>
    `It was loaded with ${formatContext(f.gotTokens)} of context instead of ${formatContext(f.askedTokens)}.${why(f.causes)}`,
  'context-unknown': () => 'The server does not say which context it loaded.',
  'build-differs': (f) => `The server has ${f.found} where ${f.expected} was expected.${why(f.causes)}`,
  'part-differs': (f) => `${capital(parts[f.part])}: ${difference(f.predictedBytes, f.measuredBytes)}.${why(f.causes)}`,
  slow: (f) =>
    `${f.tokensPerSecond.toFixed(1)} tokens/s, less than the ${f.lowTokensPerSecond.toFixed(1)} expected.${why(f.causes)}`,
  'speed-unknown': () => 'The server gave no timing, so the speed is not known.',
  gibberish: (f) => `It does not answer sensibly: ${invalidOutput[f.reason]}.${why(f.causes)}`,
  'not-loaded': (f) => `The server answered, but does not list the model as loaded.${why(f.causes)}`,
  'load-failed': (f) => `The model did not load: ${f.said}.${why(f.causes)}`,
  'generate-failed': (f) => `It is loaded, but cannot answer: ${f.said.replace(/\.$/, '')}.${why(f.causes)}`,
  'other-models-loaded': (f) =>
    `${f.names.join(', ')} ${f.names.length === 1 ? 'is' : 'are'} loaded too and ${f.names.length === 1 ? 'takes' : 'take'} ${formatMemory(f.bytes)}.`,
  'driver-differs': (f) =>
    `The server says ${formatMemory(f.serverBytes)} are on the GPU, the driver says ${formatMemory(f.driverBytes)}.`,
  'mlx-runner': () => 'The MLX runner loaded it: its parts are not reported one by one.',
} satisfies { [C in OllamaCode]: (f: Extract<OllamaFinding, { code: C }>) => string };

function why(list: readonly Cause[]): string {
  if (list.length === 0) return '';
  return ` ${count(list.length, 'Likely cause', 'Likely causes').replace(/^\d+ /, '')}: ${list.map((cause) => causes[cause]).join('; or ')}.`;
}

function difference(predictedBytes: number, measuredBytes: number): string {
  const percent = predictedBytes === 0 ? '' : ` (${signed((measuredBytes / predictedBytes - 1) * 100)} %)`;
  return `${formatInteger(measuredBytes)} bytes measured, ${formatInteger(predictedBytes)} predicted${percent}`;
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(1)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
