import { type Command, Option } from 'commander';
import type { CheckRequest } from '../advice/types.ts';
import { contextSteps, type KvType, kvTypes, type Runtime, runtimeIds, type UseCase, useCases } from '../data/ids.ts';
import { choiceOption, suggestingOption } from './options.ts';
import { parseContext, parseCount, parseCountOrMax, parseSpeed } from './values.ts';

/** Options about the workload, as commander gives them. */
export interface WorkloadOptions {
  context?: number | 'max';
  for?: UseCase;
  kvCache?: KvType;
  parallel?: number | 'max';
  minSpeed?: number;
  textOnly?: boolean;
  microBatch?: number;
  ollamaVersion?: string;
  runtime?: Runtime;
}

const contextWords = [...contextSteps.map((tokens) => `${tokens / 1024}k`), 'max'];

export function withWorkload(command: Command): Command {
  return command
    .optionsGroup('Workload:')
    .addOption(
      suggestingOption(
        '-c, --context <tokens>',
        '32k, or max for all that fits (default: by --for)',
        contextWords,
      ).argParser(parseContext),
    )
    .addOption(choiceOption('--for <use>', 'use', useCases))
    .addOption(choiceOption('--kv-cache <type>', 'KV cache type', kvTypes, ' (default f16)'))
    .addOption(
      new Option('--parallel <n>', 'conversations at a time; max: all that the GPU holds').argParser(parseCountOrMax),
    )
    .addOption(new Option('--min-speed <tps>', 'minimum speed, tokens per second').argParser(parseSpeed))
    .addOption(new Option('--text-only', 'plan without images and audio'))
    .addOption(new Option('--micro-batch <n>', "fixed micro-batch (default: Ollama's rule)").argParser(parseCount))
    .addOption(new Option('--ollama-version <version>', 'answer for this version of Ollama'))
    .addOption(runtimeOption().hideHelp(command.name() === 'pull'));
}

/** Hidden where only Ollama can be meant: it is there to say so. */
export const runtimeOption = () => choiceOption('--runtime <name>', 'runtime', runtimeIds, ' (default ollama)');

/** The request without its requirements. `--parallel` multiplies the context, as Ollama does. */
export function requestOf(o: WorkloadOptions): Omit<CheckRequest, 'requirements'> {
  const most = o.parallel === 'max';
  const sequences = typeof o.parallel === 'number' ? o.parallel : 1;
  return {
    contextTokensTotal: typeof o.context === 'number' ? o.context * sequences : (o.context ?? null),
    kvType: o.kvCache ?? 'f16',
    sequences,
    leftOpen: [...(o.kvCache ? [] : ['kvType' as const]), ...(o.parallel ? [] : ['sequences' as const])],
    useCase: o.for ?? null,
    minimumTokensPerSecond: o.minSpeed ?? null,
    microBatch: o.microBatch ?? null,
    vision: o.textOnly ? false : null,
    ollamaVersion: o.ollamaVersion ?? null,
    ...(o.runtime !== undefined && { runtime: o.runtime }),
    ...(most && { mostSequences: true }),
  };
}
