import type { AdviceFinding } from '../../advice/findings.ts';
import type { CheckRequest } from '../../advice/types.ts';
import type { Runtime } from '../../data/ids.ts';
import type { MachineFinding } from '../../machine/findings.ts';
// biome-ignore lint/style/noRestrictedImports: the union of codes alone, a type without behaviour
import type { OllamaFinding } from '../../ollama/findings.ts';
import { buildName } from '../labels.ts';
import { adviceSentences } from './advice.ts';
import { llamaServerSentences } from './llama-server.ts';
import { machineSentences } from './machine.ts';
import { ollamaSentences } from './ollama.ts';

/** What a CheckResult carries. The codes of machine and advice are one name space; those of pull and verify their own. */
export type AnyFinding = AdviceFinding | MachineFinding;

const checkSentences = { ...machineSentences, ...adviceSentences };

/**
 * The codes that a CheckResult may carry.
 * @internal For tests, which want a sentence for each.
 */
export const findingCodes = Object.keys(checkSentences) as AnyFinding['code'][];

/** The sentence of a finding of check; a code from another version of this tool is named as it is. */
export function sentence(finding: AnyFinding): string {
  return say(checkSentences, finding);
}

/** How a server of that kind is spoken about. */
const spoken: Record<Runtime, object> = { ollama: {}, 'llama.cpp': llamaServerSentences };

/** Repositories have long names; tables call their files by model and quantization. */
const fetched = /\bhf\.co\/[\w./-]+:[\w-]+/g;

/** The sentences of an answer: those of the server that it is about. */
export function sentencesFor({ runtime = 'ollama' }: Pick<CheckRequest, 'runtime'>): (finding: AnyFinding) => string {
  const own = spoken[runtime] as Record<string, ((f: AnyFinding) => string | null) | undefined>;
  return (finding) => {
    const said = (Object.hasOwn(own, finding.code) ? own[finding.code]?.(finding) : null) ?? sentence(finding);
    return said.replace(fetched, (tag) => buildName({ tag }));
  };
}

/** The sentence of a finding of pull or verify. */
export function ollamaSentence(finding: OllamaFinding): string {
  return say(ollamaSentences, finding);
}

function say<F extends { code: string }>(table: object, finding: F): string {
  const make = (table as Record<string, ((f: F) => string) | undefined>)[finding.code];
  return make === undefined || !Object.hasOwn(table, finding.code) ? `(${finding.code})` : make(finding);
}
