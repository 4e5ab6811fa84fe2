import type { Explanation } from './types.ts';

const card = 'Model cards of Gemma 4 (data/variants.json)';
const rule = "gemma-fit's rule for recommendations (README, Recommendation)";

/** Codes that say why one model is recommended and another is not. */
export const choiceExplanations = {
  'best-quality': {
    means: 'Of the models that run well here, this one scores highest for the use you named.',
    matters: 'It is the main reason for the recommendation.',
    remedy: 'Nothing. --for names another use.',
    source: card,
  },
  'build-choice': {
    means: 'Why this build of the model was chosen and not another.',
    matters: 'Builds of one model differ in size, speed and quality.',
    remedy: 'Name another build if you prefer it: gemma-fit pull 26b:q8_0.',
    source: 'Google on quantization-aware training; published measurements of quantization loss',
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
  'larger-too-slow': {
    means: 'A model that scores higher runs here, but below the speed that this use needs.',
    matters: 'It would be tiring to work with.',
    remedy: 'Pull it by name if you can wait.',
    source: rule,
  },
  'larger-split': {
    means: 'A model that scores higher runs partly on the CPU at a usable speed.',
    matters: 'It trades speed for quality.',
    remedy: 'Pull it by name to try it.',
    source: rule,
  },
  'only-slower': {
    means: 'Nothing is fully on a GPU and fast enough, so the best of what is left is recommended.',
    matters: 'Expect a compromise in speed or context.',
    remedy: 'gemma-fit check --why says what would help.',
    source: rule,
  },
  'speed-unmeasured': {
    means: 'The model runs on the CPU, and the memory bandwidth of the RAM is not known.',
    matters: 'That bandwidth sets the speed.',
    remedy: 'Run gemma-fit check --measure on that computer (0.5 s).',
    source: 'Speed model of gemma-fit (src/model/speed)',
  },
  'expected-speed': {
    means: 'The estimated speed of answers, as a range.',
    matters: 'People read at about 6 tokens per second; agents need 20 or more.',
    remedy: 'gemma-fit verify measures it.',
    source: 'Speed model of gemma-fit, fitted to published measurements (npm run bench:speed)',
  },
} satisfies Record<string, Explanation>;
