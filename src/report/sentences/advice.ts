import type { AdviceCode, AdviceFinding, LeverName, UnlockName } from '../../advice/findings.ts';
import type { Verdict } from '../../advice/types.ts';
import { useCaseWords, verdictWords } from '../labels.ts';
import { benchmarkNames } from '../scores.ts';
import { formatWait } from '../time.ts';
import { formatContext, formatDownload, formatMemory, formatSpeed } from '../units.ts';

const leverSentences: Record<LeverName, (f: Extract<AdviceFinding, { code: 'lever' }>) => string> = {
  'kv-q8_0': (f) =>
    `OLLAMA_KV_CACHE_TYPE=q8_0 for Ollama: up to ${formatContext(f.ceilingTokens)} context, at some cost in quality${f.detail ? ` (KL divergence ${f.detail})` : ''}.`,
  'text-only': (f) =>
    `Text only (--text-only): up to ${formatContext(f.ceilingTokens)} context${f.detail ? `, for a copy of the weights on the disk (${formatDownload(Number(f.detail))})` : ''}.`,
  'fit-target': (f) =>
    `LLAMA_ARG_FIT_TARGET=${f.detail} in the environment of Ollama: up to ${formatContext(f.ceilingTokens)} context. Ollama then no longer reserves extra room for the vision encoder.`,
  'smaller-build': (f) => `Smaller build ${f.detail}: up to ${formatContext(f.ceilingTokens)} context.`,
  'close-process': (f) => `Close ${f.detail}: up to ${formatContext(f.ceilingTokens)} context.`,
  'wired-limit': (f) =>
    `sudo sysctl iogpu.wired_limit_mb=${f.detail} (until the next restart): up to ${formatContext(f.ceilingTokens)} context. macOS and other programs have to live with the rest of the memory; the Mac can freeze when they do not.`,
};

const plainRunWords: Record<Extract<AdviceFinding, { code: 'plain-run' }>['mode'], string> = {
  full: 'fully on the GPU',
  split: 'partly on the CPU',
  cpu: 'on the CPU',
  none: 'and would not have enough memory',
};

const onlySlowerWords: Record<Extract<AdviceFinding, { code: 'only-slower' }>['why'], string> = {
  context: 'No model was trained for a context of that length; this is the best one at its longest context.',
  speed: 'It is slow for this use: less than half of the speed that is comfortable.',
  split: 'Nothing that fits entirely on the GPU meets your requirement; this does, partly on the CPU.',
  'split-better':
    'It runs partly on the CPU, and is still a better answer than the models that fit entirely on the GPU.',
  'nothing-fits': 'No model fits entirely on a GPU; this is the best one that runs at all.',
};

type WorthLess = Extract<AdviceFinding, { code: 'larger-worth-less' }>;

const worthLess: Record<WorthLess['by'], (f: WorthLess) => string> = {
  context: (f) => `has room for only ${formatContext(f.contextTokens)} of context here`,
  speed: (f) => `is slower here (about ${formatSpeed(f)} tok/s)`,
  quantization: () => 'loses that by its coarser quantization here',
};

const mmapReasons: Record<Extract<AdviceFinding, { code: 'mmap-off' }>['why'], string> = {
  cpu: 'the model runs on the CPU',
  'windows-cuda': 'this is Windows with CUDA',
  'metal-partial': 'only a part of it is on the GPU (Metal)',
  'host-pressure': 'RAM is short',
};

const cpuReasons: Record<Extract<AdviceFinding, { code: 'runs-on-cpu' }>['why'], string> = {
  'no-device': 'no GPU that Ollama supports',
  'device-too-small': 'not even one layer fits on the GPU',
  faster: 'faster here than the GPU',
  'shared-memory-too-small': 'the memory that it shares with the GPU does not hold the buffers of both',
};

const unlockSentences: Record<UnlockName, (f: Extract<AdviceFinding, { code: 'unlock' }>) => string> = {
  'text-only': () => 'Without images (--text-only)',
  'close-process': (f) => `With ${f.detail} closed`,
  'enable-device': (f) => `With ${f.setting} in Ollama's environment, so that it uses ${f.detail}`,
  'unhide-device': (f) => `Without ${f.setting} in Ollama's environment, which hides ${f.detail}`,
  'newer-driver': (f) => `With ${f.setting === null ? 'a driver' : `driver ${f.setting} or newer`} for ${f.detail}`,
  'device-access': (f) => `With ${f.setting} open to Ollama, so that it uses ${f.detail}`,
  'more-ram': (f) => `With ${formatMemory(Number(f.detail))} more RAM`,
};

function fasterPlacement(f: Extract<AdviceFinding, { code: 'faster-placement' }>): string {
  const speed = `about ${formatSpeed(f)} tok/s, ${f.timesAsFast.toFixed(1)} times as fast as on ${listed(f.insteadOf)}`;
  const where = listed(f.devices);
  if (f.setting === 'main_gpu' || f.setting === 'device')
    return `On ${where} alone (${f.variables[0] ?? f.setting} in a Modelfile or a request) it would reach ${speed}.`;
  if (f.setting === 'OLLAMA_SCHED_SPREAD')
    return `Spread over ${where} (OLLAMA_SCHED_SPREAD=1) it would reach ${speed}.`;
  return `With ${f.variables.join(' and ')} in Ollama's environment it would run on ${where} and reach ${speed}.`;
}

/** `2x RTX 3090 and Tesla P40`. */
function listed(names: readonly string[]): string {
  const each = [...new Set(names)].map((name) => {
    const times = names.filter((other) => other === name).length;
    return times > 1 ? `${times}x ${name}` : name;
  });
  return each.join(' and ');
}

function usersSentence(f: Extract<AdviceFinding, { code: 'users' }>): string {
  const { most, lowTokensPerSecond, highTokensPerSecond } = f;
  const context = formatContext(f.contextTokens);
  const many = `Up to ${most} conversations of ${context} at a time stay on the GPU (--parallel ${most}).`;
  if (most === 0) return `No conversation of ${context} stays fully on the GPU, so --parallel max plans for one.`;
  const start = most === 1 ? `One conversation of ${context} at a time stays on the GPU.` : many;
  if (lowTokensPerSecond === null || highTokensPerSecond === null) return start;
  const each = formatSpeed({ lowTokensPerSecond, highTokensPerSecond });
  return `${start} With ${f.writing} writing at once each gets about ${each} tok/s.`;
}

function formatScore(score: number): string {
  return score.toFixed(1).replace(/\.0$/, '');
}

/** One sentence for each reason of a verdict. A code without one does not compile. */
export const adviceSentences = {
  'fits-device': (f) =>
    `Needs ${formatMemory(f.needBytes)} of GPU memory plus Ollama's ${formatMemory(f.marginBytes)} reserve; ${formatMemory(f.freeBytes)} free.`,
  spills: (f) =>
    `Exceeds GPU memory by ${formatMemory(f.missingBytes)}: ${f.gpuLayers} of ${f.totalLayers} layers run on the GPU, the rest on the CPU, which is much slower.`,
  'experts-on-cpu': (f) =>
    `Exceeds GPU memory by ${formatMemory(f.missingBytes)}: the experts of ${f.layers} of ${f.totalLayers} layers run on the CPU.`,
  'runs-on-cpu': (f) => `Runs on the CPU (${cpuReasons[f.why]}); needs ${formatMemory(f.needBytes)} of RAM.`,
  'host-too-small': (f) =>
    `Needs ${formatMemory(f.needBytes)} of RAM; ${formatMemory(f.availableBytes)} available, so it would swap or be killed.`,
  'pool-too-small': (f) =>
    `Needs ${formatMemory(f.needBytes)} of the memory that CPU and GPU share; ${formatMemory(f.availableBytes)} available.`,
  'mlx-refused': (f) =>
    `Ollama refuses to load it: its tensors take ${formatMemory(f.needBytes)}, ${formatMemory(f.freeBytes)} available. An MLX build is never split.`,
  'mlx-fits': (f) =>
    `Takes ${formatMemory(f.loadBytes)} after loading and ${formatMemory(f.peakBytes)} at the peak of a ${formatContext(f.promptTokens)} prompt; Metal allows ${formatMemory(f.roomBytes)}.`,
  'mlx-aborts': (f) =>
    `A ${formatContext(f.promptTokens)} prompt takes ${formatMemory(f.peakBytes)} at its peak, and Metal allows ${formatMemory(f.roomBytes)}. Ollama will load it all the same, but ${f.ceilingTokens === null ? 'any prompt' : `a prompt of more than ${formatContext(f.ceilingTokens)}`} ends in an abort.`,
  'device-memory-unknown': (f) => `Free memory of ${f.device} is unknown, so no result is promised.`,
  'device-usability-unknown': (f) => `Unknown whether Ollama would use ${f.device}.`,
  'host-memory-unknown': (f) => `Needs ${formatMemory(f.needBytes)} of RAM; available RAM is unknown.`,
  'build-bytes-unknown': (f) => `No size is published for ${f.tag}, so its memory cannot be calculated.`,
  'projector-margin': (f) =>
    `Includes a ${formatMemory(f.projectorBytes)} vision encoder, so Ollama reserves ${formatMemory(f.marginBytes)} instead of ${formatMemory(f.textMarginBytes)}.`,
  'projector-in-ram': (f) =>
    `The vision encoder (${formatMemory(f.projectorBytes)}) stays in RAM, because the GPU has only ${formatMemory(f.freeBytes)} free; reading images is slow.`,
  'large-image': (f) =>
    f.remainingBytes >= f.imageBytes
      ? `A large image needs ${formatMemory(f.imageBytes)} more while it is read; ${formatMemory(f.remainingBytes)} remain.`
      : `A large image needs ${formatMemory(f.imageBytes)} more while it is read, and only ${formatMemory(Math.max(f.remainingBytes, 0))} remain: it may fail. Use smaller images or a smaller context.`,
  'drafter-dropped': (f) =>
    `No room for the draft model (${formatMemory(f.drafterBytes)}, ${formatMemory(f.freeBytes)} left): Ollama runs without it and does not say so.`,
  'draft-length': (f) =>
    f.draftTokens === 0
      ? `The draft model makes this slower here (about ${f.usualFactor.toFixed(1)}x): PARAMETER draft_num_predict 0 in a Modelfile switches it off.`
      : `Drafts of ${f.draftTokens} tokens are faster here than Ollama's ${f.usualTokens} (about ${f.factor.toFixed(1)}x against ${f.usualFactor.toFixed(1)}x): PARAMETER draft_num_predict ${f.draftTokens}.`,
  'slow-host': (f) =>
    `${f.cpu === '' ? 'This CPU' : f.cpu} may hold the GPU back: beside a CPU of this kind a fast GPU ran at half its speed.`,
  'cpu-peak': (f) =>
    `RAM use can peak at ${formatMemory(f.peakBytes)}: the CPU keeps a second copy of ${formatMemory(f.copyBytes)} of the weights beside the mapped file, which the system drops when memory runs short.`,
  'engine-assumed': (f) =>
    `Ollama ${f.ollamaVersion} is newer than this version of gemma-fit knows; memory is calculated for llama.cpp ${f.llamaCpp}.`,
  'text-only': (f) =>
    `Calculated without the vision encoder; reserve ${formatMemory(f.marginBytes)}. Ollama leaves it out of a tag that gemma-fit pull --text-only makes.`,
  'encoder-inside': (f) =>
    `Calculated with the vision encoder: ${f.tag} has it in one file with the weights, and Ollama loads both.`,
  'micro-batch-lowered': (f) =>
    `Prompts are read in batches of ${f.to} tokens instead of ${f.from}, so that more of the model fits on the GPU.`,
  'needs-main-gpu': (f) => `Ollama would spread it over several GPUs; it is faster on ${f.device} alone (main_gpu).`,
  'needs-spread': (f) =>
    `Ollama would put it on one GPU, where it does not fit; OLLAMA_SCHED_SPREAD=1 spreads it over ${f.devices}.`,
  'device-left-out': (f) =>
    `${f.device} (${f.backend}) is not used: a model is not spread over two backends (${f.backend} and ${f.usedBackend}).`,
  'pinned-layers': (f) =>
    f.gpuLayers === 0
      ? 'With num_gpu 0 in the tag Ollama leaves the GPU alone.'
      : `With num_gpu ${f.gpuLayers} in the tag the vision encoder stays in RAM and ${f.gpuLayers} of ${f.totalLayers} layers fit on the GPU, more than Ollama would choose.`,
  'preflight-differs': (f) =>
    `Ollama estimates ${formatMemory(f.predictedBytes)} before loading; the model takes ${formatMemory(f.needBytes)}.`,
  'mmap-off': (f) => `Ollama reads the file into memory instead of mapping it, because ${mmapReasons[f.why]}.`,
  'prompt-cache-tight': (f) =>
    `Ollama's prompt cache (up to ${formatMemory(f.cacheBytes)}) and checkpoints (up to ${formatMemory(f.checkpointsBytes)}) may grow to ${formatMemory(f.needBytes)} of RAM in all; ${formatMemory(f.availableBytes)} available. LLAMA_ARG_CACHE_RAM and LLAMA_ARG_CTX_CHECKPOINTS limit them.`,
  'flash-attention-off': (f) =>
    `Ollama does not use flash attention on ${f.device}, so the KV cache takes more memory.`,
  'kv-quantized': (f) =>
    `The KV cache is stored as ${f.kvType} instead of f16: smaller, at some cost in quality${f.meanKld === null ? '' : ` (KL divergence ${f.meanKld})`}.`,
  'context-clamped': (f) =>
    `You asked for ${formatContext(f.askedTokens)}; the model was trained for ${formatContext(f.contextTokens)} and runs with that.`,
  'above-trained-context': (f) =>
    `${formatContext(f.contextTokens)} exceeds the ${formatContext(f.trainedTokens)} that the model was trained for.`,
  'server-elsewhere': (f) =>
    `OLLAMA_HOST points to another computer (${f.host}); this answer is about the computer here.`,
  'held-by-ollama': (f) =>
    `${formatMemory(f.heldBytes)} used by ${f.models.join(', ')} in Ollama counts as free (Ollama unloads it).`,
  'held-beside': (f) =>
    `${formatMemory(f.heldBytes)} of GPU memory is held by ${f.models.join(', ')} in Ollama and counted as taken.`,
  'plain-run': (f) =>
    `Plain \`ollama run\` would use a ${formatContext(f.contextTokens)} context (batch ${f.microBatch}), ${plainRunWords[f.mode]}${f.ceilingTokens !== null && f.ceilingTokens > f.contextTokens ? `; gemma-fit pull can set up to ${formatContext(f.ceilingTokens)}` : ''}.`,
  ceiling: (f) =>
    f.ceilingTokens === null
      ? 'No context fits entirely on the GPU.'
      : `Fully on the GPU up to a ${formatContext(f.ceilingTokens)} context${f.textCeilingTokens !== null && f.textCeilingTokens > f.ceilingTokens ? ` (${formatContext(f.textCeilingTokens)} with text only)` : ''}.`,
  lever: (f) => leverSentences[f.lever](f),
  'missing-modality': (f) => `It does not take ${f.modality} input.`,
  'context-too-short': (f) =>
    `A ${formatContext(f.contextTokens)} context is too short for this use; it needs at least ${formatContext(f.minimumTokens)}.`,
  'too-slow': (f) =>
    `About ${formatSpeed({ lowTokensPerSecond: f.tokensPerSecond, highTokensPerSecond: f.tokensPerSecond })} tok/s at best; you asked for ${f.minimumTokensPerSecond}.`,
  'speed-unknown': (f) => `Unknown whether it reaches ${f.minimumTokensPerSecond} tok/s.`,
  'wrong-platform': (f) => `${f.tag} runs on Apple Silicon only.`,
  'server-too-old': (f) => `${f.tag} needs Ollama ${f.minimumVersion} or newer; this is ${f.version}.`,
  'mlx-build': (f) => `On Macs ${f.tag} is an MLX build, not the GGUF file of other platforms.`,
  'mlx-context-open': (f) =>
    `A prompt of more than ${formatContext(f.ceilingTokens)} ends in an abort; num_ctx does not prevent it.`,
  'mlx-snapshots': (f) =>
    `Ollama keeps up to ${formatMemory(f.budgetBytes)} of earlier conversations in memory, ${formatMemory(f.turnBytes)} a turn. Then ${f.longestTokens === null ? 'no prompt fits' : `a prompt of more than ${formatContext(f.longestTokens)} ends in an abort`} until the model is unloaded (ollama stop ${f.tag}).`,
  'mlx-one-request': (f) =>
    `The MLX runner serves one request at a time: ${f.sequences} wait for each other, whatever OLLAMA_NUM_PARALLEL says.`,
  'mlx-matrix-units': (f) =>
    `MLX uses this chip's matrix units from macOS ${f.need} on; this is ${f.have}, and long prompts are read more slowly.`,
  'mlx-cache-type': (f) => `The MLX runner keeps its KV cache in bf16: ${f.kvType} changes nothing.`,
  'known-problem': (f) => `${f.text} ${f.remedy}`.trim(),
  'best-quality': (f) =>
    `The best balance here for ${useCaseWords[f.useCase]} of quality (${formatScore(f.score)} of 100: ${f.benchmarks.map((id) => benchmarkNames[id]).join(' and ')}), speed and context.`,
  'build-choice': (f) =>
    f.why === 'qat'
      ? `${f.tag} rather than ${f.over}: quantization-aware trained; according to Google better than Q4_K_M, and smaller.`
      : `${f.tag} rather than ${f.over}: less quantization loss.`,
  users: (f) => usersSentence(f),
  headroom: (f) =>
    `${formatMemory(f.remainingBytes)} left, including Ollama's reserve${f.ceilingTokens === null ? '' : `: room for a context of up to ${formatContext(f.ceilingTokens)}`}.`,
  'larger-does-not-fit': (f) =>
    f.missingBytes === null
      ? `${f.tag} scores higher, but ${verdictWords[f.verdict as Verdict]?.long ?? f.verdict} here.`
      : `${f.tag} scores higher, but ${f.missingBytes < 1024 ** 2 ? 'does not fit entirely' : `needs ${formatMemory(f.missingBytes)} more`}${f.ceilingTokens === null ? '' : ` (fully on the GPU only up to a ${formatContext(f.ceilingTokens)} context)`}.`,
  'mlx-faster': (f) =>
    `${f.tag}, the MLX build, is faster (about ${formatSpeed(f)} tok/s), but a prompt of more than ${formatContext(f.longestTokens)} ends in an abort.`,
  'larger-too-slow': (f) =>
    f.highTokensPerSecond === null
      ? `${f.tag} scores higher, but its speed here is unknown.`
      : `${f.tag} scores higher, but reaches at most ${formatSpeed({ lowTokensPerSecond: f.highTokensPerSecond, highTokensPerSecond: f.highTokensPerSecond })} tok/s (target ${f.wantedTokensPerSecond}).`,
  'larger-worth-less': (f) => `${f.tag} scores higher, but ${worthLess[f.by](f)}.`,
  'larger-split': (f) => `${f.tag} scores higher and still reaches ${formatSpeed(f)} tok/s, partly on the CPU.`,
  'slower-when-full': (f) =>
    `With all ${formatContext(f.contextTokens)} of context in use: about ${formatSpeed(f)} tok/s.`,
  'slow-prompt': (f) =>
    `A prompt that fills the ${formatContext(f.contextTokens)} context takes ${formatWait(f.leastSeconds, f.mostSeconds)} to read.`,
  'speed-assumed': () =>
    'The memory bandwidth is unknown, so the speed is a wide estimate; --ram "32GiB DDR5-5600" or --ram-bandwidth 60GB/s states it.',
  'not-for-use': (f) =>
    `Too weak or too slow for ${useCaseWords[f.useCase]}: about ${formatSpeed({ lowTokensPerSecond: f.tokensPerSecond, highTokensPerSecond: f.tokensPerSecond })} tok/s; ${f.leastTokensPerSecond} tok/s is the least to work with.`,
  'weak-for-use': (f) =>
    `${f.variant} is too weak for ${useCaseWords[f.useCase]}: ${formatScore(f.score)} of 100 in their benchmarks. It is the best that runs here.`,
  'loaded-context-short': (f) =>
    `${f.model} is loaded with a ${formatContext(f.contextTokens)} context; this use needs ${formatContext(f.minimumTokens)}, which gemma-fit pull sets.`,
  unlock: (f) =>
    `${unlockSentences[f.change](f)}, ${f.tag.replace(/^gemma4:/, '')} would run at about ${formatSpeed(f)} tok/s with a ${formatContext(f.contextTokens)} context.`,
  'faster-placement': (f) => fasterPlacement(f),
  'speed-unmeasured': () => 'Speed unknown.',
  'only-slower': (f) => onlySlowerWords[f.why],
  'expected-speed': (f) => `About ${formatSpeed(f)} tok/s.`,
} satisfies { [C in AdviceCode]: (f: Extract<AdviceFinding, { code: C }>) => string };
