import { exitOf } from '../advice/exit.ts';
import type { AdviceFinding } from '../advice/findings.ts';
import { doesRun } from '../advice/run-outcome.ts';
import { inTheWayOf } from '../advice/server-in-the-way.ts';
import type { Candidate, CheckResult, RequirementResult } from '../advice/types.ts';
import { defaultUseCase } from '../advice/use-case.ts';
import { contextLabel } from './figures.ts';
import { outcomeWords, recommendedName, useCaseWords, verdictWords } from './labels.ts';
import { phoneAnswer } from './phone.ts';
import { contextOfOne, formatContexts } from './pull-line.ts';
import { sentencesFor } from './sentences/index.ts';
import { formatContext, formatSpeed } from './units.ts';

export type Outcome = 'yes' | 'no' | 'unknown';

/** How each outcome is coloured. */
export const outcomeTones: Record<Outcome, 'good' | 'bad' | 'warn'> = { yes: 'good', no: 'bad', unknown: 'warn' };

/** The answer in two parts: what it is, and the facts about it. */
export interface Answer {
  head: string;
  facts: string;
}

/** The result in one word: the requirements decide where there are any, else whether something can be recommended. */
export function outcomeOf(result: CheckResult): Outcome {
  const exit = exitOf(result);
  if (exit === 'ok') return 'yes';
  return exit === 'unknown' || result.candidates.length === 0 ? 'unknown' : 'no';
}

/** The result in one sentence, the first line of every report for people. */
export function answerSentence(result: CheckResult): string {
  const { head, facts } = answerOf(result);
  return facts === '' ? head : `${head}, ${facts}.`;
}

/** `Recommended: gemma4:31b-it-qat` and `fully on GPU, 32K context, ~30-41 tok/s`. */
export function answerOf(result: CheckResult): Answer {
  if (result.requirements.length > 0)
    return { head: requirementsSentence(result.requirements, sentencesFor(result.request)), facts: '' };
  const onPhone = phoneAnswer(result);
  if (onPhone !== null) return onPhone;
  const best = result.recommendation;
  if (best !== null) return { head: `Recommended: ${recommendedName(best)}`, facts: candidateFacts(best) };
  const { minimumTokensPerSecond: least } = result.request;
  if (outcomeOf(result) !== 'no') {
    if (least !== null && result.candidates.some(doesRun)) {
      return { head: `Could not determine whether a Gemma 4 model reaches ${least} tok/s on this machine.`, facts: '' };
    }
    return { head: 'Could not determine which Gemma 4 model fits this machine.', facts: '' };
  }
  const context = contextLabel(result);
  const at = context === null ? '' : ` with ${contextPhrase(context, result.request.sequences)}`;
  return { head: whyNothing(result, at), facts: '' };
}

/** `a 32K context`, `8 contexts of 128K`. */
function contextPhrase(contextTokensTotal: number, sequences: number): string {
  const one = formatContext(contextOfOne(contextTokensTotal, sequences));
  return sequences > 1 ? `${sequences} contexts of ${one}` : `a ${one} context`;
}

/** Too little memory; or the server, the speed or the use is what is in the way. */
function whyNothing(result: CheckResult, at: string): string {
  const { candidates, request } = result;
  if (exitOf(result) === 'ollama-unavailable') return inTheWayOf(result).sentence;
  const [only, ...others] = candidates;
  const named = others.length === 0 && only !== undefined ? only : null;
  const lacking = named?.reasons.find((one) => one.code === 'missing-modality');
  if (named !== null && lacking?.code === 'missing-modality')
    return `${named.tag} does not take ${lacking.modality} input.`;
  if (!candidates.some(doesRun))
    return `${named === null ? 'No Gemma 4 model fits' : `${named.tag} does not fit`} this machine${at}.`;
  if (request.minimumTokensPerSecond !== null) {
    const missed = `${request.minimumTokensPerSecond} tok/s on this machine${at}.`;
    return named === null ? `No Gemma 4 model reaches ${missed}` : `${named.tag} does not reach ${missed}`;
  }
  const use = useCaseWords[request.useCase ?? defaultUseCase];
  return `Not for ${use} on this machine: what runs here is too weak or too slow.`;
}

/** `fully on GPU, 32K context, ~30-41 tok/s`. */
export function candidateFacts({ verdict, placement, workload, speed }: Candidate): string {
  const { contextTokensTotal, sequences } = workload;
  const devices = placement.devices.length;
  const where = verdict === 'gpu' && devices > 1 ? `fully on ${devices} GPUs` : verdictWords[verdict].where;
  const context = `${formatContexts(contextTokensTotal, sequences)} context`;
  const rate = speed === null ? 'speed unknown' : `~${formatSpeed(speed)} tok/s`;
  return [where, context, rate].join(', ');
}

type Say = (finding: AdviceFinding) => string;

function requirementsSentence(all: readonly RequirementResult[], say: Say): string {
  const of = (wanted: RequirementResult['outcome']) => all.filter(({ outcome }) => outcome === wanted);
  const failed = of('failed');
  const unknown = of('unknown');
  if (failed.length > 0) {
    const some = all.length > 1 ? ` (${failed.length} of ${all.length})` : '';
    return `${outcomeWords.failed}: ${names(failed)}${some}.${onlyReason(failed, all, say)}`;
  }
  if (unknown.length > 0) return `${outcomeWords.unknown}: ${names(unknown)}.${onlyReason(unknown, all, say)}`;
  return `${outcomeWords.met}: ${all.map(nameWithContext).join(', ')}.`;
}

/** With one requirement its first reason belongs to the answer; with several they are listed below it. */
function onlyReason([first]: readonly RequirementResult[], all: readonly RequirementResult[], say: Say): string {
  const reason = all.length === 1 ? first?.reasons[0] : undefined;
  return reason === undefined ? '' : ` ${say(reason)}`;
}

/** With the context that met it, where the requirement names none. */
function nameWithContext({ requirement, contextTokensPerSequence: met }: RequirementResult): string {
  const open = requirement.contextTokensPerSequence === null && met !== null;
  return open ? `${requirement.text} (${formatContext(met)} context)` : requirement.text;
}

function names(results: readonly RequirementResult[]): string {
  return results.map(({ requirement }) => requirement.text).join(', ');
}
