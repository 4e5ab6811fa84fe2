import type { AdviceCode } from '../../advice/findings.ts';
import type { ErrorCode } from '../../errors.ts';
import type { MachineCode } from '../../machine/findings.ts';
// biome-ignore lint/style/noRestrictedImports: the union of codes alone, a type without behaviour
import type { OllamaCode } from '../../ollama/findings.ts';
import { choiceExplanations } from './choice.ts';
import { errorExplanations } from './errors.ts';
import { machineExplanations } from './machine.ts';
import { ollamaExplanations } from './ollama.ts';
import { placementExplanations } from './placement.ts';
import type { Explanation } from './types.ts';
import { verdictExplanations } from './verdicts.ts';

export type Code = AdviceCode | MachineCode | OllamaCode | ErrorCode;

/** The chapters of docs/codes.md, in order. A code of a finding or an error without a text does not compile: see `all`. */
export const chapters = {
  'Where a model runs': verdictExplanations,
  'How it is placed': placementExplanations,
  'Why this model': choiceExplanations,
  'The machine': machineExplanations,
  'pull and verify': ollamaExplanations,
  Errors: errorExplanations,
};

const all: Record<Code, Explanation> = {
  ...errorExplanations,
  ...ollamaExplanations,
  ...machineExplanations,
  ...choiceExplanations,
  ...placementExplanations,
  ...verdictExplanations,
};

export const codes = (Object.keys(all) as Code[]).sort();

/** The explanation of a code, whatever its case; null for a word that is none. */
export function explanationOf(word: string): { code: Code; explanation: Explanation } | null {
  const code = codes.find((known) => known === word.trim().toLowerCase());
  return code === undefined ? null : { code, explanation: all[code] };
}
