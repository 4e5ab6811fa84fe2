import type { Candidate, CheckResult } from '../../advice/types.ts';
import { profileOf, scoreOf } from '../../advice/use-case.ts';
import { variantOf } from '../../data/variants.ts';
import { outcomeOf } from '../answer.ts';
import { candidateOf, contextLabel } from '../figures.ts';
import type { RenderOptions } from '../options.ts';
import { phoneSteps } from '../phone.ts';
import { anyonesProgram } from '../program-name.ts';
import { contextOfOne, pullLine } from '../pull-line.ts';
import { formatContext } from '../units.ts';
import { isSimulated } from './machine-line.ts';
import { fileSteps, type Step } from './own-file.ts';

type Caller = Pick<RenderOptions, 'program' | 'modelFile'>;

/** What a person would do now, most useful first. */
export function nextSteps(result: CheckResult, { program = anyonesProgram, modelFile = null }: Caller = {}): Step[] {
  const onPhone = phoneSteps(result);
  if (onPhone !== null) return onPhone;
  const best = result.recommendation;
  if (best === null) return withoutRecommendation(result, program);
  if (modelFile !== null) return fileSteps(best, modelFile);
  const install = { label: 'Install', command: pullLine(best, result.request, { program }) };
  const others = otherAnswers(result, best, program);
  return withoutServer(result) ? [getOllama, install, ...others] : [install, ...others];
}

const getOllama: Step = { label: 'Install Ollama first', command: 'https://ollama.com/download' };

/** Nothing is known of the server of another machine. */
function withoutServer(result: CheckResult): boolean {
  return result.machine.ollama === null && !isSimulated(result);
}

function otherAnswers(result: CheckResult, best: Candidate, program: string): Step[] {
  const { request, alternatives } = result;
  const steps: Step[] = [];
  const faster = candidateOf(result, alternatives.fastest);
  if (faster !== null) {
    steps.push({ label: compared(faster, best, result), command: pullLine(faster, request, { program }) });
  }
  const longer = candidateOf(result, alternatives.longestContext);
  if (longer?.ceilingTokens) {
    const { ceilingTokens: contextTokens, workload } = longer;
    const each = workload.sequences > 1 ? ' each' : '';
    steps.push({
      label: `Longer context (${formatContext(contextOfOne(contextTokens, workload.sequences))}${each})`,
      command: pullLine(longer, request, { contextTokens, program }),
    });
  }
  return steps;
}

/** `4x faster, 3 points lower`, of two models; `Faster` where one has no speed. */
function compared(other: Candidate, best: Candidate, { request }: CheckResult): string {
  const times = (middle(other) ?? 0) / (middle(best) ?? Number.NaN);
  const { benchmark } = profileOf(request.useCase);
  const points = scoreOf(variantOf(best.variant), benchmark) - scoreOf(variantOf(other.variant), benchmark);
  const pace =
    times >= 1.5
      ? `${times < 10 ? times.toFixed(times < 3 ? 1 : 0).replace(/\.0$/, '') : Math.round(times)}x faster`
      : 'Faster';
  return points >= 0.5 ? `${pace}, ${Math.round(points)} points lower` : pace;
}

function middle({ speed }: Candidate): number | null {
  return speed === null ? null : (speed.lowTokensPerSecond + speed.highTokensPerSecond) / 2;
}

function withoutRecommendation(result: CheckResult, program: string): Step[] {
  if (outcomeOf(result) !== 'no') {
    return [
      { label: 'See what could be read', command: `${program} doctor` },
      { label: 'Or state the memory', command: `${program} check --vram 24GiB --ram 64GiB` },
    ];
  }
  const less = { label: 'Less context', command: `${program} check --context 4k` };
  return [
    ...((contextLabel(result) ?? 0) > 4096 ? [less] : []),
    { label: 'Hardware that runs it', command: `${program} needs e2b` },
  ];
}
