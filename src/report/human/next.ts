import type { CheckResult } from '../../advice/types.ts';
import { contextPerSequence } from '../../advice/workload.ts';
import { outcomeOf } from '../answer.ts';
import { candidateOf, contextLabel } from '../figures.ts';
import { pullLine } from '../pull-line.ts';
import { formatContext, formatDownload, formatSpeed } from '../units.ts';

/** A thing to do, and what to type for it. */
export interface Step {
  why: string;
  command: string | null;
}

/** What a person would do now, most useful first. */
export function nextSteps(result: CheckResult): Step[] {
  const best = result.recommendation;
  if (best === null) return withoutRecommendation(result);
  const size = best.downloadBytes === null ? '' : ` (${formatDownload(best.downloadBytes)})`;
  const steps: Step[] = [
    {
      why: `Download ${result.requirements.length > 0 ? best.tag : 'it'}${size} and set it up to run like this:`,
      command: pullLine(best, result.request),
    },
  ];
  const stated = result.warnings.some(({ code }) => code === 'hypothetical');
  if (result.machine.ollama === null && !stated) {
    steps.push({
      why: 'Ollama, which runs the model, did not answer here. Get it first:',
      command: 'https://ollama.com/download',
    });
  }
  return [...steps, ...otherAnswers(result)];
}

function otherAnswers(result: CheckResult): Step[] {
  const steps: Step[] = [];
  const fastest = candidateOf(result, result.alternatives.fastest);
  if (fastest?.speed) {
    steps.push({
      why: `Faster, and less able (${formatSpeed(fastest.speed)} tokens a second):`,
      command: pullLine(fastest, result.request),
    });
  }
  const longest = candidateOf(result, result.alternatives.longestContext);
  if (longest?.ceilingTokens) {
    const { sequences } = longest.workload;
    const each = sequences > 1 ? ` in each of ${sequences} conversations` : '';
    steps.push({
      why: `For longer texts (up to ${formatContext(contextPerSequence({ contextTokensTotal: longest.ceilingTokens, sequences }))} tokens${each}):`,
      command: pullLine(longest, result.request, longest.ceilingTokens),
    });
  }
  return steps;
}

function withoutRecommendation(result: CheckResult): Step[] {
  if (outcomeOf(result) !== 'no') {
    return [
      { why: 'See what could be read, and what could not:', command: 'npx gemma-fit doctor' },
      { why: 'Or say what the machine has:', command: 'npx gemma-fit check --vram 24GiB --ram 64GiB' },
    ];
  }
  const less = { why: 'Ask for less context:', command: 'npx gemma-fit check --context 4k' };
  return [
    ...((contextLabel(result) ?? 0) > 4096 ? [less] : []),
    { why: 'See which devices would do:', command: 'npx gemma-fit needs e2b' },
  ];
}
