import type { Candidate, CheckResult, RequirementResult } from '../advice/types.ts';
import { acceleratorOf, contextLabel, spareBytes } from './figures.ts';
import { verdictWords } from './labels.ts';
import { sentence } from './sentences/index.ts';
import { count, formatContext, formatMemory, formatSpeed, wordsOfTokens } from './units.ts';

export type Outcome = 'yes' | 'no' | 'unknown';

/** The result in one word: the requirements decide where there are any, else whether something can be recommended. */
export function outcomeOf({ requirements, recommendation, candidates }: CheckResult): Outcome {
  if (requirements.some(({ outcome }) => outcome === 'failed')) return 'no';
  if (requirements.some(({ outcome }) => outcome === 'unknown')) return 'unknown';
  if (requirements.length > 0 || recommendation !== null) return 'yes';
  return candidates.length > 0 && candidates.every(({ verdict }) => verdict === 'no') ? 'no' : 'unknown';
}

/** The result in one sentence, the first line of every report for people. */
export function answerSentence(result: CheckResult): string {
  if (result.requirements.length > 0) return requirementsSentence(result.requirements);
  const best = result.recommendation;
  if (best !== null) return `Take ${best.tag}: ${runsHow(result, best)}.`;
  const context = contextLabel(result);
  const at = context === null ? '' : ` with ${formatContext(context)} tokens of context`;
  if (outcomeOf(result) === 'no') return `No Gemma 4 model fits this machine${at}.`;
  return 'Cannot tell which Gemma 4 model fits: not enough could be measured on this machine.';
}

function runsHow(result: CheckResult, best: Candidate): string {
  const parts = [`it ${verdictWords[best.verdict].long}${deviceName(result, best)} ${contextPhrase(best)}`];
  const spare = best.verdict === 'gpu' ? spareBytes(best) : null;
  if (spare !== null && spare > 0) parts.push(`with ${formatMemory(spare)} to spare`);
  if (best.speed !== null) parts.push(`at about ${formatSpeed(best.speed)} tokens a second`);
  return parts.join(', ');
}

function contextPhrase({ workload }: Candidate): string {
  const tokens = workload.contextTokensTotal;
  return `with ${formatContext(tokens)} tokens of context (about ${wordsOfTokens(tokens)} words)`;
}

function deviceName(result: CheckResult, best: Candidate): string {
  if (best.verdict !== 'gpu') return '';
  const devices = best.placement.devices;
  if (devices.length > 1) return ` (${count(devices.length, 'GPU')})`;
  const placed = devices[0];
  const device = placed === undefined ? null : acceleratorOf(result, placed);
  return device === null ? '' : ` (${device.name})`;
}

function requirementsSentence(all: readonly RequirementResult[]): string {
  const failed = all.filter(({ outcome }) => outcome === 'failed');
  const unknown = all.filter(({ outcome }) => outcome === 'unknown');
  if (failed.length > 0) {
    const some = all.length > 1 ? ` (${failed.length} of ${all.length})` : '';
    return `Not met: ${names(failed)}${some}.${onlyReason(failed)}`;
  }
  if (unknown.length > 0) return `Cannot tell whether this machine meets ${names(unknown)}.${onlyReason(unknown)}`;
  return `Met: ${names(all)}.`;
}

/** With one requirement its first reason belongs to the answer; with several they are listed below it. */
function onlyReason([first, second]: readonly RequirementResult[]): string {
  const reason = second === undefined ? first?.reasons[0] : undefined;
  return reason === undefined ? '' : ` ${sentence(reason)}`;
}

function names(results: readonly RequirementResult[]): string {
  return results.map(({ requirement }) => requirement.text).join(', ');
}
