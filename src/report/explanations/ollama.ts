import { updateOllama } from '../../data/runtimes.ts';
import { docs, type Explanation } from './types.ts';

const compared = 'gemma-fit verify: /api/ps and the log of Ollama, and the driver, beside the prediction';
const preflight = 'Checks of gemma-fit pull before the download';
const causes = 'The message lists the likely causes, most likely first.';

/** Codes of pull and verify. */
export const ollamaExplanations = {
  'server-version-unknown': {
    means: 'Ollama reports a version that is not a release number, as builds from source do.',
    matters: 'It is unknown whether it can run the model.',
    remedy: 'Go on if you built it recently; otherwise install a release.',
    source: 'GET /api/version',
  },
  'does-not-fit': {
    means: 'The model needs more memory than is free.',
    matters: 'It would not load, or swap.',
    remedy: 'Use less context or a smaller build. --force installs it all the same.',
    source: preflight,
  },
  'known-blocker': {
    means: 'The model would fit, but a known problem of this Ollama, driver or platform stops it.',
    matters: 'It would not load, or answer wrongly (exit 5).',
    remedy: 'Do what the message says, or choose another build. --force installs it all the same.',
    source: 'data/runtimes.json, with the thread of each problem',
  },
  'planned-without-server': {
    means: 'pull --dry-run found no Ollama; the plan is made for the newest version that the tables know.',
    matters: 'What is installed, and which version will run it, is unknown.',
    remedy: 'Start Ollama for a plan that counts both.',
    source: preflight,
  },
  'installed-unchecked': {
    means: 'The model is installed; the registry did not say whether it has a newer version.',
    matters: 'What is installed is used as it is, and nothing is downloaded as far as is known.',
    remedy: 'Run it again with a way to the registry to update.',
    source: preflight,
  },
  'runs-split': {
    means: 'Some layers fit on the GPU, the rest runs on the CPU.',
    matters: 'It is slower than a model that is fully on the GPU.',
    remedy: 'Use less context or a smaller build if it is too slow.',
    source: preflight,
  },
  'disk-short': {
    means: 'The disk with the model folder has less free space than the download needs.',
    matters: 'The download would fail.',
    remedy: 'Free space (ollama rm MODEL), or move OLLAMA_MODELS to a larger disk.',
    source: preflight,
  },
  'disk-unknown': {
    means: 'Free disk space could not be checked.',
    matters: 'The download may fail when the disk is full.',
    remedy: 'Check it yourself if space is short.',
    source: preflight,
  },
  'conversion-room': {
    means: 'Ollama 0.40.2 and newer rewrites older GGUF files once, and needs free disk space for that.',
    matters: 'Without the space the model still runs, unconverted.',
    remedy: 'Free the space if you can.',
    source: 'Ollama 0.40.2 release notes',
  },
  'text-only-copy': {
    means:
      'Ollama loads the vision encoder of every tag that has one, so --text-only makes a tag of the weights alone.',
    matters: 'Ollama writes the weights anew for it: it takes their size on the disk once more.',
    remedy: 'Leave --text-only out to use images, or remove the base afterwards (ollama rm) to save the disk.',
    source: 'Ollama server/create.go, v0.33',
  },
  'already-installed': {
    means: 'The model is on this computer already.',
    matters: 'Nothing has to be downloaded.',
    remedy: 'Nothing.',
    source: 'GET /api/tags',
  },
  'older-generation': {
    means: 'The tag is installed, but the registry now has newer files under the same name.',
    matters: 'The old files may lack fixes of the prompt template or the draft model.',
    remedy: 'gemma-fit pull downloads what changed.',
    source: 'The manifest of the tag in the registry',
  },
  'kept-installed': {
    means: 'The registry cannot be reached, so the installed files are used.',
    matters: 'They may not be the newest.',
    remedy: 'Run gemma-fit pull again when you are online.',
    source: preflight,
  },
  'remote-server': {
    means: 'OLLAMA_HOST points to another computer.',
    matters: 'Its hardware cannot be inspected from here.',
    remedy: 'Run gemma-fit on that computer.',
    source: docs,
  },
  'mlx-ignores-context': {
    means: 'MLX builds ignore the context setting of a tag.',
    matters: 'The cache grows with the conversation.',
    remedy: 'Nothing.',
    source: 'Ollama x/mlxrunner: pipeline.go (msg="peak memory")',
  },
  'partly-on-cpu': {
    means: 'The model was expected fully on the GPU, but a part of it is on the CPU.',
    matters: 'It is slower than predicted.',
    remedy: causes,
    source: compared,
  },
  'entirely-on-cpu': {
    means: 'Nothing of the model is on a GPU.',
    matters: 'It runs at CPU speed.',
    remedy: causes,
    source: compared,
  },
  'context-differs': {
    means: 'Ollama loaded the model with another context than the tag asks for.',
    matters: 'Less context cuts long prompts without an error; more takes more memory.',
    remedy: causes,
    source: compared,
  },
  'context-unknown': {
    means: 'Ollama does not report the context it loaded, as versions before 0.30 do.',
    matters: 'It could not be compared.',
    remedy: updateOllama,
    source: compared,
  },
  'build-differs': {
    means: 'The installed model is another build than the one that was expected.',
    matters: 'Size, speed and quality differ.',
    remedy: 'Run gemma-fit pull again.',
    source: compared,
  },
  'part-differs': {
    means: 'One part of the memory (weights, KV cache, compute buffers) has another size than predicted.',
    matters: 'The prediction was wrong for this machine, or something else was loaded.',
    remedy: causes,
    source: compared,
  },
  'not-on-this-gpu': {
    means: 'Ollama reports the model on a GPU, but the driver of this machine sees almost none of it.',
    matters: 'Another computer answers, or the model runs on the CPU: nothing was verified for this machine.',
    remedy: causes,
    source: compared,
  },
  slow: {
    means: 'The measured speed is below the predicted range.',
    matters: 'Something holds the machine back.',
    remedy: causes,
    source: compared,
  },
  gibberish: {
    means: 'The answer is not usable text: empty, repeated words, or control tokens.',
    matters: 'The driver, the backend or the file is broken.',
    remedy: causes,
    source: compared,
  },
  'not-loaded': {
    means: 'Ollama answered, but does not list the model as loaded.',
    matters: 'Nothing could be compared.',
    remedy: causes,
    source: 'GET /api/ps',
  },
  'load-failed': {
    means: 'Ollama could not load the model.',
    matters: 'It does not run here as it is.',
    remedy: causes,
    source: 'The error of Ollama, and its log',
  },
  'generate-failed': {
    means: 'The model is loaded, but the request for an answer failed.',
    matters: 'It does not run here as it is.',
    remedy: causes,
    source: 'The error of Ollama, and its log',
  },
  'other-models-loaded': {
    means: 'Other models are in GPU memory at the same time.',
    matters: 'Less memory was free than predicted.',
    remedy: 'ollama stop MODEL, then gemma-fit verify again.',
    source: 'GET /api/ps',
  },
  'on-gpu-after-all': {
    means: 'The prediction was for the CPU, but Ollama uses a GPU that gemma-fit did not find.',
    matters: 'It runs better than predicted.',
    remedy: 'Please report it with the output of gemma-fit doctor.',
    source: compared,
  },
  'base-moved': {
    means: 'The model that this tag was made from has been updated since.',
    matters: 'The tag still uses the old files.',
    remedy: 'gemma-fit pull makes the tag again.',
    source: 'GET /api/tags',
  },
  'mlx-runner': {
    means: 'The MLX runner loaded the model; it does not report the parts one by one.',
    matters:
      "Compared are the total after the answer has ended (/api/ps; while it is made, Ollama counts freed buffers too) and, where Ollama's log can be read, the peak of that short answer. The peak of a long prompt is not seen.",
    remedy: 'Nothing.',
    source: 'Ollama x/mlxrunner, v0.40',
  },
} satisfies Record<string, Explanation>;
