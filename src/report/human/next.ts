import type { Launch } from '../../advice/launch-options.ts';
import { blockerOf } from '../../advice/server-in-the-way.ts';
import type { Alternative, Candidate, CheckResult } from '../../advice/types.ts';
import { ollamaDownloadUrl } from '../../data/runtimes.ts';
import { outcomeOf } from '../answer.ts';
import { candidateOf, contextLabel } from '../figures.ts';
import { launchLine } from '../launch-line.ts';
import { needsLine } from '../needs-line.ts';
import type { RenderOptions } from '../options.ts';
import { phoneSteps } from '../phone.ts';
import { npxProgram } from '../program-name.ts';
import { pullLine } from '../pull-line.ts';
import { formatContext } from '../units.ts';
import { isSimulated } from './machine-line.ts';
import { fileSteps, type Step } from './own-file.ts';

type Caller = Pick<RenderOptions, 'program' | 'modelFile'>;

/** What a person would do now, most useful first. */
export function nextSteps(result: CheckResult, { program = npxProgram, modelFile = null }: Caller = {}): Step[] {
  const onPhone = phoneSteps(result);
  if (onPhone !== null) return onPhone;
  const best = result.recommendation;
  if (best === null) return withoutRecommendation(result, program);
  if (best.launch !== undefined) return launchSteps(result, best.launch, modelFile);
  if (modelFile !== null) return fileSteps(best, modelFile);
  const install = { label: 'Install', command: pullLine(best, result.request, { program }) };
  const others = otherAnswers(result, (one, candidate) =>
    pullLine(candidate, result.request, { contextTokens: one.contextTokensTotal, program }),
  );
  return withoutServer(result) ? [getOllama, install, ...others] : [install, ...others];
}

const getOllama: Step = { label: 'Install Ollama first', command: ollamaDownloadUrl };

/** Nothing is known of the server of another machine. */
function withoutServer(result: CheckResult): boolean {
  return result.machine.ollama === null && !isSimulated(result);
}

/** A llama-server fetches the model by itself: to run it is to install it. */
function launchSteps(result: CheckResult, launch: Launch, modelFile: string | null): Step[] {
  const { platform } = result.machine.os;
  const lineOf = (one: Launch) => launchLine(one, { modelFile, platform });
  return [
    { label: 'Run', command: lineOf(launch) },
    ...otherAnswers(result, ({ launch: other }) => (other === undefined ? null : lineOf(other))),
  ];
}

type LineOf = (alternative: Alternative, candidate: Candidate) => string | null;

function otherAnswers(result: CheckResult, lineOf: LineOf): Step[] {
  const { bestQuality, faster, longerContext } = result.alternatives;
  const each = result.request.sequences > 1 ? ' each' : '';
  return [
    ...step(result, bestQuality, lineOf, (one) => `Best quality, ${pace(one)}`),
    ...step(result, faster, lineOf, (one, candidate) => `${pace(one)}${lower(one)}${coarser(candidate, result)}`),
    ...step(
      result,
      longerContext,
      lineOf,
      (one) => `Longer context (${formatContext(one.contextTokensPerSequence)}${each})`,
    ),
  ];
}

function step(
  result: CheckResult,
  alternative: Alternative | null,
  lineOf: LineOf,
  label: (alternative: Alternative, candidate: Candidate) => string,
): Step[] {
  const candidate = candidateOf(result, alternative?.tag ?? null);
  if (alternative === null || candidate === null) return [];
  const command = lineOf(alternative, candidate);
  return command === null ? [] : [{ label: label(alternative, candidate), command }];
}

/** `4x faster`, `5x slower`, `as fast`. */
function pace({ timesAsFast }: Alternative): string {
  const slower = timesAsFast < 1;
  const times = slower ? 1 / timesAsFast : timesAsFast;
  const text = times < 3 ? times.toFixed(1).replace(/\.0$/, '') : String(Math.round(times));
  return text === '1' ? 'as fast' : `${text}x ${slower ? 'slower' : 'faster'}`;
}

/** What the speed of the same model costs. */
function coarser({ variant, value }: Candidate, { recommendation: best }: CheckResult): string {
  if (best?.value == null || value === null || variant !== best.variant) return '';
  return value.weightLoss < best.value.weightLoss ? ', coarser weights' : '';
}

function lower({ qualityDifference }: Alternative): string {
  const points = Math.round(-qualityDifference);
  return points >= 1 ? `, ${points} point${points === 1 ? '' : 's'} lower` : '';
}

function withoutRecommendation(result: CheckResult, program: string): Step[] {
  if (outcomeOf(result) !== 'no') {
    return [
      { label: 'See what could be read', command: `${program} doctor` },
      { label: 'Or state the memory', command: `${program} check --vram 24GiB --ram 64GiB` },
    ];
  }
  if (result.candidates.some(({ refusal }) => refusal === 'server'))
    return [{ label: 'Update Ollama', command: ollamaDownloadUrl }];
  // What stops it is printed with its remedy; less context would change nothing.
  if (blockerOf(result) !== null) return [];
  if (result.candidates.every(({ reasons }) => reasons.some(({ code }) => code === 'missing-modality'))) return [];
  const hardware = { label: 'Hardware that runs it', command: needsLine(result, program) };
  const isLong = (contextLabel(result) ?? 0) > 4096;
  return isLong && result.candidates.some(fitsWithLess)
    ? [{ label: 'Less context', command: 'the same with --context 4k' }, hardware]
    : [hardware];
}

/** Whether all but cache and buffers has room. Where something runs, speed or quality is missing, and no memory. */
function fitsWithLess({ need: { device, host }, reasons }: Candidate): boolean {
  const fixedBytes = device.weightsBytes + device.projectorBytes + host.weightsBytes + host.projectorBytes;
  return reasons.some(
    (one) =>
      ((one.code === 'host-too-small' || one.code === 'pool-too-small') && fixedBytes < one.availableBytes) ||
      (one.code === 'mlx-aborts' && one.ceilingTokens !== null),
  );
}
