// biome-ignore lint/style/noRestrictedImports: the union of codes alone, a type without behaviour
import type { Cause, InvalidOutputReason, OllamaCode, OllamaFinding, VerifiedPart } from '../../ollama/findings.ts';
import { count, formatContext, formatDownload, formatInteger, formatMemory, formatSignedPercent } from '../units.ts';
import { adviceSentences } from './advice.ts';

const parts: Record<VerifiedPart, string> = {
  weights: 'model',
  kvCache: 'context (KV cache)',
  compute: 'compute buffers',
  server: 'total reported by Ollama',
  mlxRest: 'total reported by Ollama after the answer',
  mlxPeak: "peak of the answer in Ollama's log",
  device: 'total GPU memory',
};

const invalidOutput: Record<InvalidOutputReason, string> = {
  empty: 'nothing at all',
  'only-thinking': 'thinking without an answer',
  repeats: 'the same words over and over',
  'special-tokens': 'control tokens as text',
  'not-text': 'invalid characters',
};

/** What the disk is short for: the download, the copy of a text-only tag, or both. */
function diskNeed({ missingBytes, copyBytes }: { missingBytes: number; copyBytes: number }): string {
  const copy = `${formatDownload(copyBytes)} for the copy of the weights without the vision encoder`;
  if (missingBytes === 0 && copyBytes > 0) return copy;
  const download = `${formatDownload(missingBytes)} still to download`;
  return copyBytes === 0 ? download : `${download}, and ${copy}`;
}

/** What may lie behind a difference, and what to do about it. */
const causes: Record<Cause, string> = {
  'tag-moved': 'the tag now points to a different build: pull it again',
  'other-model-loaded': 'another model holds memory: stop it with ollama stop',
  'projector-margin': 'Ollama reserves extra room for the vision encoder',
  'little-memory-free': 'less memory was free than predicted: close other programs',
  'cpu-fallback': 'Ollama did not find the GPU: see its log',
  'mlx-build': 'it is an MLX build, which loads differently',
  'server-limits-context': 'Ollama limits the context (OLLAMA_CONTEXT_LENGTH)',
  'other-client-reloaded': 'reloaded by another program with its own settings',
  'kv-type-on-server': 'Ollama is set to another KV cache type (OLLAMA_KV_CACHE_TYPE)',
  'flash-attention-off': 'flash attention is off in Ollama',
  'parallel-on-server': 'Ollama serves several requests at once (OLLAMA_NUM_PARALLEL)',
  'old-format': 'the build is in an older format',
  'driver-or-backend': 'the driver, or the backend that Ollama chose',
  'tag-removed': 'the model was removed meanwhile: pull it again',
  'bad-setting':
    'a setting that Ollama was started with: see its log (journalctl -u ollama, or ~/.ollama/logs/server.log)',
  'server-busy': 'another program is using this model: run verify when it is idle',
  'server-elsewhere':
    'Ollama does not run on this machine (a tunnel, a forwarded port of WSL, Docker or a VM, another user’s Ollama): run verify where it runs',
  'thermal-or-busy': 'the GPU is hot, throttled or busy',
  'broken-files': 'a broken download: remove the model and pull it again',
  'mlx-library':
    'OLLAMA_LLM_LIBRARY names a library that Ollama does not have or this macOS cannot load (mlx_metal_v4 needs macOS 26): unset it',
  'old-server': 'Ollama is old: update it',
};

/** One sentence for each finding of pull and verify. A code without one does not compile. */
export const ollamaSentences = {
  'server-too-old': adviceSentences['server-too-old'],
  'server-version-unknown': (f) => `Ollama reports version ${f.have}, so it is unknown what it supports.`,
  'wrong-platform': (f) => `This build is made for ${f.platforms.join(', ')} only; this is ${f.here}.`,
  'does-not-fit': (f) =>
    f.needBytes === null || f.freeBytes === null
      ? 'It does not fit this machine.'
      : `It does not fit: needs ${formatMemory(f.needBytes)}, ${formatMemory(f.freeBytes)} free.`,
  'known-blocker': (f) => `${f.tag} does not run here because of a known problem: ${f.text} ${f.remedy}`.trim(),
  'runs-split': (f) =>
    `Only ${f.gpuLayers} of ${f.totalLayers} layers fit on the GPU; the rest runs on the CPU, which is much slower.`,
  'runs-on-cpu': () => 'Runs on CPU only.',
  'disk-short': (f) =>
    `The disk${f.folder === null ? '' : ` of ${f.folder}`} has ${formatDownload(f.freeBytes)} free; ${diskNeed(f)}.`,
  'disk-unknown': (f) =>
    f.why === 'remote'
      ? `Free disk space of the remote Ollama is unknown${f.missingBytes === null ? '' : `; the download needs ${formatDownload(f.missingBytes)}`}.`
      : "Ollama's model folder was not found, so free disk space is unknown.",
  'conversion-room': (f) =>
    `Ollama converts this older file once and needs ${formatDownload(f.needBytes)} free for that${f.freeBytes === null ? '' : ` (${formatDownload(f.freeBytes)} free)`}. Without it the file runs unconverted.`,
  'text-only-copy': (f) =>
    `Text only: the new tag has a copy of the weights without the vision encoder, ${formatDownload(f.copyBytes)} more on the disk.`,
  'already-installed': (f) => `${f.tag} is already installed.`,
  'older-generation': (f) =>
    `An older version of ${f.tag} is installed${f.missingBytes === null ? '' : `; the new one needs ${formatDownload(f.missingBytes)} more`}.`,
  'on-gpu-after-all': (f) =>
    `Better than predicted: on the GPU (${formatMemory(f.deviceBytes)}), which gemma-fit did not find here.`,
  'base-moved': (f) => `${f.base} was updated after this model was made from it; gemma-fit pull makes it again.`,
  'planned-without-server': (f) => `Ollama does not answer; this plan is for Ollama ${f.version}.`,
  'installed-unchecked': (f) => `${f.tag} is installed; whether the registry has a newer one is unknown.`,
  'kept-installed': (f) => `Registry unreachable; using the installed ${f.tag}.`,
  'remote-server': (f) => `Ollama at ${f.host} is another computer; its hardware cannot be inspected from here.`,
  'mlx-ignores-context': () => 'MLX builds ignore the context setting.',
  'partly-on-cpu': (f) =>
    `Only ${formatMemory(f.deviceBytes)} of ${formatMemory(f.sizeBytes)} is on the GPU.${why(f.causes)}`,
  'entirely-on-cpu': (f) => `None of its ${formatMemory(f.sizeBytes)} is on a GPU.${why(f.causes)}`,
  'context-differs': (f) =>
    `Loaded with a ${formatContext(f.gotTokens)} context instead of ${formatContext(f.askedTokens)}.${why(f.causes)}`,
  'context-unknown': () => 'Ollama does not report which context it loaded.',
  'build-differs': (f) => `Ollama has ${f.found}; expected ${f.expected}.${why(f.causes)}`,
  'not-on-this-gpu': (f) =>
    `The model is not on the GPU of this machine: ${formatMemory(Math.max(0, f.measuredBytes))} more in use since the load, ${formatMemory(f.predictedBytes)} predicted.${why(f.causes)}`,
  'part-differs': (f) => `${capital(parts[f.part])}: ${difference(f.predictedBytes, f.measuredBytes)}.${why(f.causes)}`,
  slow: (f) =>
    `${f.tokensPerSecond.toFixed(1)} tok/s, less than the ${f.lowTokensPerSecond.toFixed(1)} expected.${why(f.causes)}`,
  'speed-unknown': () => 'Ollama sent no timing, so the speed is unknown.',
  gibberish: (f) => `The answer is not usable: ${invalidOutput[f.reason]}.${why(f.causes)}`,
  'not-loaded': (f) => `Ollama answered, but does not list the model as loaded.${why(f.causes)}`,
  'load-failed': (f) => `The model did not load: ${f.said}.${why(f.causes)}`,
  'generate-failed': (f) => `Loaded, but cannot answer: ${f.said.replace(/\.$/, '')}.${why(f.causes)}`,
  'other-models-loaded': (f) =>
    `${f.names.join(', ')} ${f.names.length === 1 ? 'is' : 'are'} also loaded (${formatMemory(f.bytes)}).`,
  'mlx-runner': (f) =>
    f.peakRead
      ? "Loaded by the MLX runner, which does not report the parts separately: the total after the answer and the peak in Ollama's log are compared."
      : "Loaded by the MLX runner, which does not report the parts separately: only the total after the answer is compared, for no peak was found in Ollama's log.",
} satisfies { [C in OllamaCode]: (f: Extract<OllamaFinding, { code: C }>) => string };

function why(list: readonly Cause[]): string {
  if (list.length === 0) return '';
  return ` ${count(list.length, 'Likely cause', 'Likely causes').replace(/^\d+ /, '')}: ${list.map((cause) => causes[cause]).join('; or ')}.`;
}

function difference(predictedBytes: number, measuredBytes: number): string {
  const percent = predictedBytes === 0 ? '' : ` (${formatSignedPercent(measuredBytes / predictedBytes - 1)})`;
  return `${formatInteger(measuredBytes)} bytes measured, ${formatInteger(predictedBytes)} predicted${percent}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
