import { type Command, Option } from 'commander';
import type { CheckRequest } from '../advice/types.ts';
import { kvTypes } from '../model/types.ts';
import { parseChoice, parseContext, parseCount, parseSpeed } from './values.ts';

const useCases = ['chat', 'code', 'agent', 'vision', 'audio', 'long'] as const;

/** Options that say what the model is to do. */
export function withWorkload(command: Command): Command {
  return command
    .optionsGroup('Workload:')
    .addOption(
      new Option('-c, --context <tokens>', 'context to plan for: 32k (default: what Ollama would use)').argParser(
        parseContext,
      ),
    )
    .addOption(new Option('--for <use>', useCases.join(', ')).argParser(parseChoice('use', useCases)))
    .addOption(
      new Option('--kv-cache <type>', `${kvTypes.join(', ')} (default f16)`).argParser(
        parseChoice('KV cache type', kvTypes),
      ),
    )
    .addOption(new Option('--parallel <n>', 'parallel requests (OLLAMA_NUM_PARALLEL)').argParser(parseCount))
    .addOption(new Option('--min-speed <tps>', 'minimum speed, tokens per second').argParser(parseSpeed))
    .addOption(new Option('--text-only', 'plan without images and audio'))
    .addOption(new Option('--micro-batch <n>', "fixed micro-batch (default: Ollama's rule)").argParser(parseCount))
    .addOption(new Option('--ollama-version <version>', 'answer for this version of Ollama'));
}

/** The request without its requirements. `--parallel` multiplies the context, as Ollama does. */
export function requestOf(options: Record<string, unknown>): Omit<CheckRequest, 'requirements'> {
  const o = options as {
    context?: number;
    for?: CheckRequest['useCase'];
    kvCache?: CheckRequest['kvType'];
    parallel?: number;
    minSpeed?: number;
    textOnly?: boolean;
    microBatch?: number;
    ollamaVersion?: string;
  };
  const sequences = o.parallel ?? 1;
  return {
    contextTokensTotal: o.context === undefined ? null : o.context * sequences,
    kvType: o.kvCache ?? 'f16',
    sequences,
    useCase: o.for ?? null,
    minimumTokensPerSecond: o.minSpeed ?? null,
    microBatch: o.microBatch ?? null,
    vision: o.textOnly ? false : null,
    ollamaVersion: o.ollamaVersion ?? null,
  };
}
