import type { AdviceFinding } from '../../advice/findings.ts';
import type { MachineFinding } from '../../machine/findings.ts';
import { adviceSentences } from './advice.ts';
import { machineSentences } from './machine.ts';

export type Finding = AdviceFinding | MachineFinding;

/** Codes are one name space: two unions with one code would make a sentence unclear. */
const sentences = { ...machineSentences, ...adviceSentences };

/** The sentence of a finding; a code from a newer version of this tool is named as it is. */
export function sentence(finding: Finding): string {
  const say = (sentences as Record<string, ((f: Finding) => string) | undefined>)[finding.code];
  return say === undefined ? `(${finding.code})` : say(finding);
}
