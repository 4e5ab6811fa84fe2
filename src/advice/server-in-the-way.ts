import { runtimeDefaults, since, updateOllama } from '../data/runtimes.ts';
import type { ErrorCode } from '../errors.ts';
import type { Finding } from './findings.ts';
import type { CheckResult } from './types.ts';

/** What is said where the memory would do and something else is in the way, and what to do about it. */
export interface InTheWay {
  code: Extract<ErrorCode, 'ollama-too-old' | 'blocked'>;
  sentence: string;
  hint: string;
}

type Answer = Pick<CheckResult, 'request' | 'machine' | 'candidates'>;

/** The version of Ollama; or a known problem, where no newer version is what it needs. */
export function inTheWayOf(answer: Answer): InTheWay {
  const problem = answer.candidates.some(({ refusal }) => refusal === 'server') ? null : blockerOf(answer);
  if (problem === null) return { code: 'ollama-too-old', sentence: oldServerSentence(answer), hint: updateOllama };
  const sentence = 'A known problem stops every Gemma 4 model that would fit this machine.';
  return { code: 'blocked', sentence, hint: `${problem.text} ${problem.remedy}` };
}

/** The known problem for which the first candidate of those that would fit is refused. */
export function blockerOf({ candidates }: Pick<CheckResult, 'candidates'>): Finding<'known-problem'> | null {
  const found = candidates
    .filter(({ refusal }) => refusal === 'problem')
    .flatMap(({ reasons }) => reasons)
    .find((reason) => reason.code === 'known-problem' && reason.severity === 'blocker');
  return found?.code === 'known-problem' ? found : null;
}

function oldServerSentence({ request, machine }: Answer): string {
  const version = request.ollamaVersion ?? machine.ollama?.version ?? null;
  const update = `update it to ${runtimeDefaults.minimumOllama} or newer.`;
  if (version === null) return `This Ollama is too old for this machine's models: ${update}`;
  return since('gemma4', version)
    ? `This Ollama (${version}) runs no Gemma 4 model that would fit this machine: ${update}`
    : `This Ollama (${version}) is older than Gemma 4: ${update}`;
}
