import { runtimeDefaults, since } from '../data/runtimes.ts';
import type { CheckResult } from './types.ts';

/** What is said where the memory would do and the version of Ollama is what is in the way. */
export function oldServerSentence({ request, machine }: Pick<CheckResult, 'request' | 'machine'>): string {
  const version = request.ollamaVersion ?? machine.ollama?.version ?? null;
  const update = `update it to ${runtimeDefaults.minimumOllama} or newer.`;
  if (version === null) return `This Ollama is too old for this machine's models: ${update}`;
  return since('gemma4', version)
    ? `This Ollama (${version}) runs no Gemma 4 model that would fit this machine: ${update}`
    : `This Ollama (${version}) is older than Gemma 4: ${update}`;
}
