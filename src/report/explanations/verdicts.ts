import { updateOllama } from '../../data/runtimes.ts';
import { type Explanation, fit, scheduler } from './types.ts';

/** Codes that say where a model runs, and why. */
export const verdictExplanations = {
  'fits-device': {
    means:
      'All layers, the KV cache and the compute buffers fit into free GPU memory, and the reserve that Ollama keeps stays free.',
    matters: 'A model that is fully on the GPU runs at full speed.',
    remedy: 'Nothing.',
    source: fit,
  },
  spills: {
    means: 'The model is larger than free GPU memory: some layers go to the GPU, the rest runs on the CPU.',
    matters: 'Every token waits for the slow part: a split model is often several times slower.',
    remedy: 'Use less context, a smaller build or --text-only, or close programs that use GPU memory.',
    source: fit,
  },
  'experts-on-cpu': {
    means:
      'All layers are on the GPU, but the experts of some of them (26B is a mixture of experts) stay in RAM and run on the CPU.',
    matters: 'Only a few experts work on each token, so this costs much less speed than moving whole layers.',
    remedy: 'Nothing, if the speed is enough. Otherwise use less context or a smaller build.',
    source: fit,
  },
  'runs-on-cpu': {
    means: 'No part of the model is on a GPU: there is none that Ollama supports, or not even one layer fits.',
    matters: 'On a CPU the speed is set by the memory bandwidth of the RAM.',
    remedy: 'Choose a small model (e2b, e4b) or 26b, which reads few weights for each token.',
    source: scheduler,
  },
  'host-too-small': {
    means: 'The part that has to be in RAM is larger than the RAM that is available.',
    matters: 'The computer would swap, or the system would end Ollama while it loads the model.',
    remedy: 'Close other programs, use less context, or choose a smaller build.',
    source: 'Sizes from data/weights.json; available RAM as the operating system reports it',
  },
  'pool-too-small': {
    means: 'CPU and GPU share one memory, and together they need more than is available.',
    matters: 'The load fails or the computer swaps.',
    remedy: 'Close other programs, use less context, or choose a smaller build.',
    source: 'Sizes from data/weights.json; available memory as the operating system reports it',
  },
  'mlx-refused': {
    means: "Ollama's own test before it loads an MLX build: its tensors against the memory that the GPU may use.",
    matters: 'An MLX build is never split between GPU and CPU.',
    remedy: 'Choose a smaller build, or a GGUF build, which can be split.',
    source: 'Ollama server/sched.go and x/mlxrunner, October 2026',
  },
  'mlx-fits': {
    means: "The memory of an MLX build at the peak of a prompt as long as the context, against Metal's working set.",
    matters:
      'The peak of a long prompt is far above what is taken after loading; it decides whether a prompt is answered.',
    remedy: 'Nothing.',
    source: 'Peaks measured on MLX 0.32.2 (data/mlx.json); 95 % within 1.1 %',
  },
  'mlx-aborts': {
    means: "A prompt as long as the context takes more memory at its peak than Metal's working set.",
    matters:
      'Ollama loads the model all the same; such a prompt then ends the runner, and the request fails with an error.',
    remedy: 'Use a shorter context, a smaller build, or the GGUF build of the model.',
    source: 'Peaks measured on MLX 0.32.2 (data/mlx.json); Ollama x/mlxrunner',
  },
  'device-memory-unknown': {
    means: 'The GPU is there, but how much of its memory is free could not be read.',
    matters: 'Without that number no answer would be reliable, so none is given.',
    remedy: 'State it: gemma-fit check --vram 8GiB. gemma-fit doctor shows what was tried.',
    source: 'gemma-fit reads the driver, the kernel and the vendor tools',
  },
  'device-usability-unknown': {
    means: 'A GPU was found, but a fact that decides whether Ollama uses it could not be read.',
    matters: 'If Ollama leaves the GPU out, the model runs on the CPU.',
    remedy: 'gemma-fit doctor names what is missing; gemma-fit verify shows what Ollama really does.',
    source: 'Ollama discover/runner.go, v0.33',
  },
  'host-memory-unknown': {
    means: 'How much RAM is available could not be read.',
    matters: 'A model that needs more RAM than there is swaps or is ended by the system.',
    remedy: 'State it: gemma-fit check --ram 16GiB.',
    source: 'The operating system did not report it',
  },
  'build-bytes-unknown': {
    means: 'No size is published for this build, so its memory cannot be calculated.',
    matters: 'It is listed, but never recommended.',
    remedy: 'Choose another build, or pull it and run gemma-fit verify.',
    source: 'data/builds.json',
  },
  'missing-modality': {
    means: 'The model does not take this kind of input (image or audio).',
    matters: 'It cannot do the work that --for asks for.',
    remedy: 'Choose a model that takes it: gemma-fit list shows which do.',
    source: 'Model cards of Gemma 4 (data/variants.json)',
  },
  'context-too-short': {
    means: 'The context is shorter than this use needs.',
    matters: 'Agents and long documents lose the beginning of the text without an error.',
    remedy: 'Ask for more context, or for another use.',
    source: 'Ollama documentation (docs/context-length.mdx): 64K for agents',
  },
  'too-slow': {
    means: 'Even the upper end of the estimated speed is below the minimum that was asked for.',
    matters: 'The requirement is not met.',
    remedy: 'Choose a smaller model, or one that is fully on the GPU.',
    source: 'Speed model of gemma-fit (src/model/speed)',
  },
  'speed-unknown': {
    means: 'Whether the model reaches the minimum speed cannot be estimated, or Ollama sent no timing.',
    matters: 'An unknown speed never counts as fast enough.',
    remedy: 'Pull the model and run gemma-fit verify, which measures the speed.',
    source: 'Speed model of gemma-fit (src/model/speed)',
  },
  'wrong-platform': {
    means: 'The build is made for another platform: MLX builds run on Apple Silicon only.',
    matters: 'Ollama refuses to run it here.',
    remedy: 'Choose a GGUF build, for example one that ends in -it-qat.',
    source: 'data/builds.json, from the manifests on ollama.com',
  },
  'server-too-old': {
    means: 'The version of Ollama that answered is older than this build needs.',
    matters: 'An old Ollama refuses the model, or answers wrongly.',
    remedy: updateOllama,
    source: 'Ollama release notes (data/runtimes.json)',
  },
  'known-problem': {
    means: 'This combination of model, driver and version of Ollama has a problem that others reported.',
    matters: 'It may crash, give wrong answers or be slow.',
    remedy: 'The message says what to do.',
    source: 'data/runtimes.json, each row with its public report',
  },
} satisfies Record<string, Explanation>;
