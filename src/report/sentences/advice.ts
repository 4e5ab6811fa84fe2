import type { AdviceCode, AdviceFinding, LeverName } from '../../advice/findings.ts';
import type { Verdict } from '../../advice/types.ts';
import { useCaseWords, verdictWords } from '../labels.ts';
import { formatContext, formatMemory, formatSpeed } from '../units.ts';

const benchmarkNames: Record<Extract<AdviceFinding, { code: 'best-quality' }>['benchmark'], string> = {
  mmluPro: 'MMLU Pro',
  aime2026: 'AIME 2026',
  liveCodeBenchV6: 'LiveCodeBench v6',
  codeforcesElo: 'Codeforces Elo',
  gpqaDiamond: 'GPQA Diamond',
  tau2: 'tau2',
  tau2Retail: 'tau2 retail',
  humanitysLastExam: "Humanity's Last Exam",
  bigBenchExtraHard: 'BigBench Extra Hard',
  mmmlu: 'MMMLU',
  mmmuPro: 'MMMU Pro',
  mathVision: 'MATH-Vision',
  omniDocBench15: 'OmniDocBench 1.5',
  mrcrV2At128k: 'MRCR v2 at 128K',
  lmArenaText: 'LMArena text',
};

const leverSentences: Record<LeverName, (f: Extract<AdviceFinding, { code: 'lever' }>) => string> = {
  'kv-q8_0': (f) =>
    `OLLAMA_KV_CACHE_TYPE=q8_0 on the server would allow ${formatContext(f.ceilingTokens)} of context, but Gemma 4 answers worse that way${f.detail ? ` (KLD ${f.detail})` : ''}.`,
  'text-only': (f) => `Without reading images (--text-only), ${formatContext(f.ceilingTokens)} of context would fit.`,
  'fit-target': (f) =>
    `LLAMA_ARG_FIT_TARGET=${f.detail} in the server's environment would allow ${formatContext(f.ceilingTokens)} of context: the image part's room is then not kept free besides.`,
  'smaller-build': (f) => `The smaller build ${f.detail} allows ${formatContext(f.ceilingTokens)} of context.`,
  'close-process': (f) => `Closing ${f.detail} would allow ${formatContext(f.ceilingTokens)} of context.`,
};

const plainRunWords: Record<Extract<AdviceFinding, { code: 'plain-run' }>['mode'], string> = {
  full: 'lay it wholly on the GPU',
  split: 'lay a part of it on the processor',
  cpu: 'run it on the processor',
  none: 'not have the memory for it',
};

const onlySlowerWords: Record<Extract<AdviceFinding, { code: 'only-slower' }>['why'], string> = {
  context: 'No model was trained for a context of that length: this is the best at the longest that it takes.',
  speed: 'Nothing that runs here is known to reach the wanted speed.',
  split: 'What fits wholly on a GPU is not good enough here: this is, with a part on the processor.',
  'nothing-fits': 'Nothing fits wholly on a GPU: this is the best of what runs at all.',
};

const mmapReasons: Record<Extract<AdviceFinding, { code: 'mmap-off' }>['why'], string> = {
  cpu: 'the model runs on the processor',
  'windows-cuda': 'this is Windows with CUDA',
  'metal-partial': 'Metal takes only part of it',
  'host-pressure': 'RAM is short beside it',
};

/** One sentence for each reason of a verdict. A code without one does not compile. */
export const adviceSentences = {
  'fits-device': (f) =>
    `Needs ${formatMemory(f.needBytes)} on the GPU for text, and ${formatMemory(f.marginBytes)} more that the server keeps clear; ${formatMemory(f.freeBytes)} are free.`,
  spills: (f) =>
    `${formatMemory(f.missingBytes)} too big for the GPU: ${f.gpuLayers} of ${f.totalLayers} layers go there, the rest runs on the processor, which is much slower.`,
  'experts-on-cpu': (f) =>
    `${formatMemory(f.missingBytes)} too big for the GPU: the experts of ${f.layers} of ${f.totalLayers} layers run on the processor.`,
  'runs-on-cpu': (f) =>
    f.why === 'no-device'
      ? `Runs on the processor: no GPU that Ollama would use. Takes ${formatMemory(f.needBytes)} of RAM.`
      : `Runs on the processor: not even one layer fits on the GPU. Takes ${formatMemory(f.needBytes)} of RAM.`,
  'host-too-small': (f) =>
    `Needs ${formatMemory(f.needBytes)} of RAM; ${formatMemory(f.availableBytes)} are available, so it would swap or be killed.`,
  'pool-too-small': (f) =>
    `Needs ${formatMemory(f.needBytes)} of the memory that processor and GPU share; ${formatMemory(f.availableBytes)} are available.`,
  'mlx-refused': (f) =>
    `MLX loads a model whole or not at all: it needs ${formatMemory(f.needBytes)} and ${formatMemory(f.freeBytes)} are free.`,
  'device-memory-unknown': (f) => `How much memory ${f.device} has free could not be read, so nothing is promised.`,
  'device-usability-unknown': (f) => `Whether Ollama would use ${f.device} cannot be told.`,
  'host-memory-unknown': (f) => `Takes ${formatMemory(f.needBytes)} of RAM; how much is available is not known.`,
  'build-bytes-unknown': (f) => `No size is published for ${f.tag}, so its need cannot be worked out.`,
  'projector-margin': (f) =>
    `This build carries an image part of ${formatMemory(f.projectorBytes)}: the server keeps ${formatMemory(f.marginBytes)} clear for it instead of ${formatMemory(f.textMarginBytes)}.`,
  'projector-in-ram': (f) =>
    `The image part (${formatMemory(f.projectorBytes)}) stays in RAM: the GPU has ${formatMemory(f.freeBytes)} free. Images are slow.`,
  'text-only': (f) => `Counted without the image part, so ${formatMemory(f.marginBytes)} stay clear.`,
  'micro-batch-lowered': (f) =>
    `Prompts are read ${f.to} tokens at a time instead of ${f.from}, so that more of the model fits on the GPU.`,
  'needs-main-gpu': (f) =>
    `Ollama would spread it over several GPUs; it is better off on ${f.device} alone (main_gpu).`,
  'needs-spread': (f) =>
    `Ollama would put it on one GPU, where it does not fit; OLLAMA_SCHED_SPREAD=1 on the server spreads it over ${f.devices}.`,
  'device-left-out': (f) =>
    `${f.device} (${f.backend}) is left out: a model is not spread over it and ${f.usedBackend}.`,
  'pinned-layers': (f) =>
    `With num_gpu ${f.gpuLayers} in the tag the image part stays in RAM and ${f.gpuLayers} of ${f.totalLayers} layers lie on the GPU, more than Ollama would put there.`,
  'preflight-differs': (f) =>
    `Ollama's own guess before loading is ${formatMemory(f.predictedBytes)}; it takes ${formatMemory(f.needBytes)}.`,
  'mmap-off': (f) => `Ollama will read the file into memory instead of mapping it, because ${mmapReasons[f.why]}.`,
  'prompt-cache-tight': (f) =>
    `With the server's prompt cache (up to ${formatMemory(f.cacheBytes)}) and checkpoints (up to ${formatMemory(f.checkpointsBytes)}) it may grow to ${formatMemory(f.needBytes)} of RAM; ${formatMemory(f.availableBytes)} are available. LLAMA_ARG_CACHE_RAM and LLAMA_ARG_CTX_CHECKPOINTS on the server lower that.`,
  'flash-attention-off': (f) => `${f.device} has no flash attention in Ollama, so the cache takes more memory.`,
  'kv-quantized': (f) =>
    `The conversation memory is stored as ${f.kvType} instead of f16: smaller, but Gemma 4 answers less accurately that way${f.meanKld === null ? '' : ` (KLD ${f.meanKld})`}.`,
  'default-context': (f) =>
    f.deviceBytes > 0
      ? `No context was asked for: ${formatContext(f.contextTokens)} is what Ollama sets for ${formatMemory(f.deviceBytes)} of GPU memory.`
      : `No context was asked for: ${formatContext(f.contextTokens)} is what Ollama sets without a GPU.`,
  'context-clamped': (f) =>
    `${formatContext(f.askedTokens)} were asked for; the model is trained for ${formatContext(f.contextTokens)} and is run at that.`,
  'above-trained-context': (f) =>
    `${formatContext(f.contextTokens)} is more than the ${formatContext(f.trainedTokens)} that the model was trained for.`,
  'server-elsewhere': (f) => `Ollama answers from ${f.host}, another computer: this is about the computer here.`,
  'held-by-ollama': (f) =>
    `${formatMemory(f.heldBytes)} are held by ${f.models.join(', ')} in Ollama now, which it unloads to make room: counted as free.`,
  'plain-run': (f) =>
    `Just run, Ollama would give it ${formatContext(f.contextTokens)} of context, read prompts ${f.microBatch} tokens at a time, and ${plainRunWords[f.mode]}${f.ceilingTokens !== null && f.ceilingTokens > f.contextTokens ? `; set up by pull it can have up to ${formatContext(f.ceilingTokens)}` : ''}.`,
  ceiling: (f) =>
    f.ceilingTokens === null
      ? 'No context fits wholly on the GPU.'
      : `Stays wholly on the GPU up to ${formatContext(f.ceilingTokens)}${f.textCeilingTokens !== null && f.textCeilingTokens > f.ceilingTokens ? `, ${formatContext(f.textCeilingTokens)} if only the text margin were kept` : ''}.`,
  lever: (f) => leverSentences[f.lever](f),
  'missing-modality': (f) => `It does not take ${f.modality} input.`,
  'context-too-short': (f) =>
    `${formatContext(f.contextTokens)} is too short for this use, which wants at least ${formatContext(f.minimumTokens)}.`,
  'too-slow': (f) =>
    `About ${formatSpeed({ lowTokensPerSecond: f.tokensPerSecond, highTokensPerSecond: f.tokensPerSecond })} tokens/s at best; ${f.minimumTokensPerSecond} were asked for.`,
  'speed-unknown': (f) => `Whether it reaches ${f.minimumTokensPerSecond} tokens/s cannot be told.`,
  'wrong-platform': (f) => `${f.tag} runs on Apple Silicon only.`,
  'server-too-old': (f) => `${f.tag} needs Ollama ${f.minimumVersion} or newer; this server is ${f.version}.`,
  'mlx-build': (f) => `On this Mac ${f.tag} is the MLX build, not the GGUF file of other platforms.`,
  'mlx-assumed': (f) =>
    `Counted from the size of the MLX build, a bf16 cache and ${formatMemory(f.computeBytes)} of working memory: assumed until verify has measured it.`,
  'mlx-context-open': () => 'MLX does not hold to a context limit: its cache grows with what is really used.',
  'gguf-alternative': (f) => `The GGUF build is ${f.tag}.`,
  'known-problem': (f) => `${f.text} ${f.remedy}`.trim(),
  'best-quality': (f) =>
    `The best for ${useCaseWords[f.useCase]} among what runs well here: ${f.score} in the test ${benchmarkNames[f.benchmark]}.`,
  'build-choice': (f) =>
    f.why === 'qat'
      ? `${f.tag} over ${f.over}: trained for 4 bits, better than a plain Q4_K_M by its makers' word, at less memory.`
      : `${f.tag} over ${f.over}: less lost to quantization.`,
  headroom: (f) =>
    `${formatMemory(f.remainingBytes)} of the GPU's memory stay unused (what the server keeps clear is a part of that)${f.ceilingTokens === null ? '' : `; the context could grow to ${formatContext(f.ceilingTokens)}`}.`,
  'larger-does-not-fit': (f) =>
    f.missingBytes === null
      ? `${f.tag} would be better, but here it ${verdictWords[f.verdict as Verdict]?.long ?? f.verdict}.`
      : `${f.tag} would be better, but ${f.missingBytes < 1024 ** 2 ? 'does not fit wholly' : `lacks ${formatMemory(f.missingBytes)}`}${f.ceilingTokens === null ? '' : ` (wholly on the GPU only up to ${formatContext(f.ceilingTokens)})`}.`,
  'larger-too-slow': (f) =>
    f.highTokensPerSecond === null
      ? `${f.tag} would be better, but how fast it would be here is not known.`
      : `${f.tag} would be better, but makes ${formatSpeed({ lowTokensPerSecond: f.highTokensPerSecond, highTokensPerSecond: f.highTokensPerSecond })} tokens/s here at most; ${f.wantedTokensPerSecond} are wanted.`,
  'larger-split': (f) =>
    `${f.tag} answers better and runs partly on the processor here, at about ${formatSpeed(f)} tokens/s.`,
  'speed-unmeasured': () => 'How fast it would be is not known: check --measure times the RAM for half a second.',
  'only-slower': (f) => onlySlowerWords[f.why],
  'expected-speed': (f) => `About ${formatSpeed(f)} tokens/s.`,
} satisfies { [C in AdviceCode]: (f: Extract<AdviceFinding, { code: C }>) => string };
