import type { Explanation } from './types.ts';

const rule = "gemma-fit's rule for recommendations (README, Recommendation)";

/** Codes that say why one model is recommended and another is not. */
export const choiceExplanations = {
  'best-quality': {
    means:
      'Of everything that runs here, this one is worth most for the use: quality, quantization, speed and context in points.',
    matters: 'It is the main reason for the recommendation.',
    remedy: 'Nothing. --for names another use.',
    source: 'data/advice.json (the value and its constants); benchmarks of the model cards',
  },
  'build-choice': {
    means: 'Why this build of the model was chosen and not another.',
    matters: 'Builds of one model differ in size, speed and quality.',
    remedy: 'Name another build if you prefer it: gemma-fit pull 26b:q8_0.',
    source: 'Google on quantization-aware training; published measurements of quantization loss',
  },
  users: {
    means:
      'How many conversations at a time, each with the recommended context, stay fully on the GPU, and what each gets while all of them write.',
    matters: 'Each has a cache of its own; weights are read once for all, so together they write more than one alone.',
    remedy:
      '--parallel N plans for N of them, --parallel max for as many as fit. A shorter --context leaves room for more.',
    source: "llama-batched-bench tables in llama.cpp's benches/ (data/batching.json)",
  },
  headroom: {
    means: 'GPU memory that stays unused with the recommended context, including the reserve of Ollama.',
    matters: 'It is room for a longer context.',
    remedy: 'Nothing, or ask for more context.',
    source: 'Free memory less the parts that gemma-fit check --explain lists',
  },
  'larger-does-not-fit': {
    means: 'A model that scores higher does not fit on the GPU.',
    matters: 'It says how much memory is missing.',
    remedy: 'Free that much, use less context, or stay with the recommendation.',
    source: rule,
  },
  'mlx-faster': {
    means: 'The MLX build of the recommended model is faster here, but its longest prompt is shorter than the context.',
    matters: 'MLX takes gigabytes more at the peak of a long prompt; beyond what Metal allows the runner ends.',
    remedy: 'Pull it by name if your prompts stay below that.',
    source: 'Peaks measured on MLX 0.32.2 (data/mlx.json); speeds by npm run bench:mlx',
  },
  'larger-too-slow': {
    means: 'A model that scores higher runs here, but below the speed that this use needs.',
    matters: 'It would be tiring to work with.',
    remedy: 'Pull it by name if you can wait.',
    source: rule,
  },
  'larger-worth-less': {
    means:
      'A model that scores higher runs here, and loses more than that by less context, less speed or a coarser quantization.',
    matters: 'The score is of the model as published, with all of the context that the use wants.',
    remedy: 'Pull it by name if you can do with that.',
    source: rule,
  },
  'larger-split': {
    means: 'A model that scores higher runs partly on the CPU at a usable speed.',
    matters: 'It trades speed for quality.',
    remedy: 'Pull it by name to try it.',
    source: rule,
  },
  'only-slower': {
    means:
      'What is recommended has a drawback: it is not fully on a GPU, slower than the use wants, or short of the asked context.',
    matters: 'Expect a compromise in speed or context.',
    remedy: 'gemma-fit check --why says what would help.',
    source: rule,
  },
  'speed-unmeasured': {
    means: 'The model runs on the CPU, and the memory bandwidth of the RAM is unknown.',
    matters: 'That bandwidth sets the speed.',
    remedy:
      'Run gemma-fit check on that computer, which times its RAM once (0.5 s), or state it: --ram-bandwidth 60GB/s.',
    source: 'Speed model of gemma-fit (src/model/speed)',
  },
  'expected-speed': {
    means: 'The estimated speed of answers, as a range.',
    matters: 'People read at about 6 tokens per second; agents need 20 or more.',
    remedy: 'gemma-fit verify measures it.',
    source: 'Speed model of gemma-fit, fitted to published measurements (npm run bench:speed)',
  },
  'slower-when-full': {
    means: 'The estimated speed with the whole context in use, where it differs from the start of a conversation.',
    matters: 'The longer a conversation, the more is read for each token.',
    remedy: 'Use less context, or start a new conversation.',
    source: 'Speed model of gemma-fit (src/model/speed)',
  },
  'slow-prompt': {
    means: 'How long the model reads a prompt that fills its context before it writes the first word.',
    matters: 'Agents and long documents send such prompts. Later turns of one conversation read only what is new.',
    remedy: 'Send less at a time, use a smaller model, or a GPU that holds the model whole.',
    source: 'Prompt rates in data/speed-forms.json and data/speeds.json (npm run bench:speed)',
  },
  'speed-assumed': {
    means: 'A memory bandwidth is unknown, so the speed rests on what such hardware usually has.',
    matters: 'The range is wide, and a minimum speed cannot be promised.',
    remedy: 'State it: --ram "32GiB DDR5-5600" or --ram-bandwidth 60GB/s; on this computer it is measured.',
    source: 'data/advice.json (ramBandwidth, deviceBandwidth)',
  },
  'not-for-use': {
    means: 'The model is too weak or too slow here for agents or code.',
    matters: 'Work with tools takes many answers; below 5 tokens per second nobody waits for them.',
    remedy: 'Use it for chat, or run agents on a faster machine.',
    source: rule,
  },
  'weak-for-use': {
    means: 'The best model that runs here is weak for this use.',
    matters: 'It will often fail at work of several steps with tools.',
    remedy: 'Keep its tasks small, or run agents on a larger machine.',
    source: rule,
  },
  unlock: {
    means: 'The cheapest change with which a better model would run here.',
    matters: 'It says what is in the way, and what it would bring.',
    remedy: 'Make that change, or stay with the recommendation.',
    source: rule,
  },
} satisfies Record<string, Explanation>;
