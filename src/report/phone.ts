import { isPhone } from '../advice/phone.ts';
import { doesRun } from '../advice/run-outcome.ts';
import type { CheckResult } from '../advice/types.ts';
import { variantOf } from '../data/variants.ts';
import { formatContext, formatMemory, formatSize } from './units.ts';

/** Files of Google AI Edge Gallery (LiteRT-LM), GB. Source: google-ai-edge/gallery model_allowlists/1_0_19.json. */
const galleryFiles: Record<string, string> = { e2b: 'Gemma-4-E2B-it (2.6 GB)', e4b: 'Gemma-4-E4B-it (3.7 GB)' };

/** The answer for a phone, which no Ollama runs on; null for a computer. */
export function phoneAnswer(result: CheckResult): { head: string; facts: string } | null {
  if (!isPhone(result.machine)) return null;
  const best = result.recommendation;
  if (best === null) {
    const isLacking = result.candidates.some(doesRun);
    const head = isLacking
      ? 'No Gemma 4 model on this phone does what was asked: too slow or too weak.'
      : 'No Gemma 4 model fits this phone.';
    return { head, facts: '' };
  }
  const longest = best.ceilingTokens === null ? '' : `, up to ${formatContext(best.ceilingTokens)} context`;
  return { head: `Recommended: ${variantOf(best.variant).name}`, facts: `in an app, not through Ollama${longest}` };
}

/** Phone and RAM in a line; null for a computer. */
export function phoneLine({ machine }: CheckResult): string | null {
  const { totalBytes, availableBytes } = machine.memory;
  if (!isPhone(machine) || totalBytes === null || availableBytes === null) return null;
  return `${machine.os.name} (simulated), ${formatSize(totalBytes)} RAM, of which one app gets about ${formatMemory(availableBytes)}`;
}

/** Where the model comes from on a phone; null for a computer. */
export function phoneSteps(result: CheckResult): { label: string; command: string }[] | null {
  if (!isPhone(result.machine)) return null;
  const file = galleryFiles[result.recommendation?.variant ?? ''];
  if (file === undefined) return [];
  return [
    { label: 'Android, iPhone', command: `Google AI Edge Gallery: ${file}` },
    { label: 'Or', command: 'an app built on llama.cpp, with a Q4_0 (QAT) GGUF file' },
  ];
}
