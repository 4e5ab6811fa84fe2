import { ollamaDownloadUrl, updateOllama } from '../../data/runtimes.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Explanation } from './types.ts';

const own = 'src/errors.ts; README lists the exit codes';
const help = 'The message says what was expected; gemma-fit COMMAND --help lists the options.';

/** Codes of failures: `error.code` in JSON. */
export const errorExplanations = {
  usage: { means: 'An option or argument is wrong.', matters: 'Nothing was done (exit 2).', remedy: help, source: own },
  'unknown-variant': {
    means: 'There is no Gemma 4 model or build of that name.',
    matters: 'Nothing was done (exit 2).',
    remedy: 'gemma-fit list shows all names.',
    source: 'data/builds.json',
  },
  'unknown-quantization': {
    means: 'There is no such quantization.',
    matters: 'Nothing was done (exit 2).',
    remedy: 'Use a name such as Q4_K_M or Q8_0.',
    source: 'data/weights.json',
  },
  'unknown-device': {
    means: 'The table has no GPU or chip of that name, or it exists with several memory sizes.',
    matters: 'Nothing was done (exit 2).',
    remedy: 'Choose one of the names in the message, or state the memory with --vram.',
    source: 'data/devices.json',
  },
  'bad-number': {
    means: 'A number, size or context could not be read.',
    matters: 'Nothing was done (exit 2).',
    remedy: help,
    source: own,
  },
  'bad-file': {
    means: 'A file is missing, unreadable, or not what was expected.',
    matters: 'Nothing was done (exit 2).',
    remedy: 'Check the path. Machine files come from gemma-fit doctor --json.',
    source: own,
  },
  'no-fit': {
    means: 'The model does not fit, or a requirement is not met.',
    matters: 'Scripts read it as a clear no (exit 3).',
    remedy: 'Use less context or a smaller build; gemma-fit check --why says what would help.',
    source: own,
  },
  'cannot-tell': {
    means: 'Too little could be measured for an answer.',
    matters: 'Scripts read it as unknown (exit 4), never as a yes.',
    remedy: 'gemma-fit doctor shows what is missing; --vram and --ram state it.',
    source: own,
  },
  'ollama-unreachable': {
    means: 'No Ollama answers at OLLAMA_HOST.',
    matters: 'pull and verify need it (exit 5); check, list and needs do not.',
    remedy: `Start it: ollama serve. Not installed? ${ollamaDownloadUrl}`,
    source: own,
  },
  'ollama-too-old': {
    means: 'The version of Ollama is older than the model needs.',
    matters: 'It would refuse the model (exit 5).',
    remedy: updateOllama,
    source: 'Ollama release notes (data/runtimes.json)',
  },
  blocked: {
    means: 'A known problem stops this model on this machine.',
    matters: 'More memory would not help (exit 5); check names the same reason.',
    remedy: 'Do what the message says, or choose another build. --force installs it all the same.',
    source: 'data/runtimes.json',
  },
  'ollama-error': {
    means: 'Ollama answered with an error, or something else answers at that address.',
    matters: 'The command stopped (exit 5).',
    remedy: 'Check OLLAMA_HOST, and the log of Ollama.',
    source: own,
  },
  'needs-confirmation': {
    means: 'A download has to be confirmed, and there is no terminal to ask at.',
    matters: 'Nothing was downloaded (exit 2).',
    remedy: 'Pass --yes, or name the model.',
    source: own,
  },
  platform: {
    means: 'The build does not run on this platform.',
    matters: 'Nothing was downloaded (exit 3).',
    remedy: 'Choose a GGUF build.',
    source: 'data/builds.json',
  },
  'disk-full': {
    means: 'The disk is full, or too small for the download.',
    matters: 'The download stopped (exit 6).',
    remedy: 'Free space, then run the same command again.',
    source: own,
  },
  'pull-failed': {
    means: 'The download failed.',
    matters: 'The model is not installed (exit 6).',
    remedy: 'Run the same command again.',
    source: own,
  },
  'tag-taken': {
    means: 'A model of that name exists, and gemma-fit did not make it.',
    matters: 'It is not overwritten (exit 2).',
    remedy: 'Choose another name with --tag.',
    source: own,
  },
  'verify-failed': {
    means: 'The model does not run as predicted.',
    matters: 'A difference matters (exit 7).',
    remedy: 'The messages above it say which, and the likely causes.',
    source: own,
  },
  interrupted: {
    means: 'You stopped it.',
    matters: 'Files already downloaded are kept (exit 130).',
    remedy: 'Run the same command again to go on.',
    source: own,
  },
  'write-failed': {
    means: 'The answer could not be written.',
    matters: 'The output is missing or cut (exit 2).',
    remedy: 'Check free disk space and the path of --output.',
    source: own,
  },
  internal: {
    means: 'A bug in gemma-fit.',
    matters: 'There is no answer (exit 70).',
    remedy: 'Please report it with the line that is printed; --debug shows more.',
    source: own,
  },
} satisfies Record<ErrorCode, Explanation>;
