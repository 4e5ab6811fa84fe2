import type { Variant } from '../../data/schema.ts';
import { variants } from '../../data/variants.ts';

function sizeName({ id, architecture, parameters }: Variant): string {
  const active = Math.round(parameters.active / 1e9);
  const note = architecture.experts === null ? '' : ` (a mixture of experts: ${active}B work on each token)`;
  return `${id.toUpperCase()}${note}`;
}

/** Words that the reports use, for `gemma-fit help terms`. */
export const terms: readonly { term: string; means: string }[] = [
  {
    term: 'model',
    means: `Gemma 4 comes in these sizes: ${variants.map(sizeName).join(', ')}.`,
  },
  {
    term: 'build, tag',
    means:
      'A file of one model. In gemma4:26b-a4b-it-qat, 26b is the model, a4b the active parameters, it "instruction-tuned" (for chat), qat the quantization.',
  },
  {
    term: 'quantization',
    means:
      'Weights stored in fewer bits: Q8 is nearly lossless, Q4 takes half of that and loses a little. qat was trained for 4 bits and loses least at that size. BF16 is the original.',
  },
  { term: 'token', means: 'The unit a model reads and writes, about three quarters of an English word.' },
  {
    term: 'context',
    means:
      'How many tokens the model can take into account at once: your text, its answers, and files that an editor adds. 32K is about 25,000 words.',
  },
  { term: 'KV cache', means: 'Memory that the context takes. It grows with the context.' },
  { term: 'compute buffers', means: 'Working memory of llama.cpp while it calculates.' },
  { term: 'vision encoder', means: 'The part that reads images (and audio, in E2B and E4B).' },
  { term: 'draft model (MTP)', means: 'A small part that guesses several tokens ahead, which speeds up some builds.' },
  { term: 'reserve', means: 'GPU memory that Ollama keeps free as a safety margin.' },
  { term: 'fully on GPU', means: 'All layers are in GPU memory: full speed.' },
  {
    term: 'partly on CPU',
    means: 'Layers, or experts, that do not fit on the GPU stay in RAM and run on the CPU: slower.',
  },
  { term: 'tok/s', means: 'Tokens per second. People read about 6; coding agents want 20 or more.' },
  { term: 'simulated', means: 'You named the machine (--gpu, --vram, --ram, --machine); it was not measured here.' },
  {
    term: 'GB, GiB',
    means:
      'Downloads are in GB (10^9 bytes), as Ollama prints them. Memory is in GiB (2^30 bytes), as drivers count it: a 24 GB card has 24.0 GiB.',
  },
  {
    term: 'MMLU-Pro and others',
    means:
      "Benchmarks from Google's model card: MMLU-Pro (knowledge, for chat), LiveCodeBench (code), tau2 (agents), MMMU-Pro (images), MRCR (long texts). Higher is better.",
  },
];
