import type { Build } from '../data/schema.ts';
import { since } from '../data/tables.ts';
import type { BuildShape } from '../model/memory/build-shape.ts';
import type { SchedulerTarget } from '../server-rules/target.ts';
import type { AdviceFinding, Finding } from './findings.ts';
import { problemsOf } from './known-problems.ts';
import { placementsAtBest } from './placement/at-best.ts';
import { ramRemainingBytes } from './placement/host-memory.ts';
import { toPlacementInput } from './placement/input.ts';
import { placeMlx } from './placement/mlx.ts';
import { noSpeeds, type SpeedsWhileFilling, speedsOf, type TimedPlacement } from './placement/speed.ts';
import type { PlacementResult } from './placement/types.ts';
import { type Way, waysToPlace } from './placement/ways.ts';
import type { Candidate, Refusal, SettledWorkload, UseCase, Value, Verdict, Workload } from './types.ts';
import { mostGain, worthOf } from './value.ts';
import { decideVerdict, type VerdictDecision } from './verdict.ts';
import { contextPerSequence } from './workload.ts';

/** What a candidate is wanted for; its value depends on it. */
export interface Purpose {
  useCase: UseCase | null;
  /** Of one sequence; a shorter context costs points. */
  wantedTokens: number;
  /** What is required of a way to place it: one that suits is taken before one that is worth more. */
  suits?: ((run: Pick<Candidate, 'verdict' | 'speedAtFullContext'>) => boolean) | undefined;
}

/** One build on one machine for one workload. */
export interface Question {
  target: SchedulerTarget;
  built: BuildShape;
  workload: Workload;
  purpose: Purpose;
  /** What rules it out regardless of memory. */
  refusal: AdviceFinding | null;
}

/** The same, whatever it is wanted for. */
type Run = Pick<Question, 'target' | 'built' | 'workload'>;

/** A way to place a build, and what comes of it. */
export interface Judged {
  placed: PlacementResult;
  problems: Finding<'known-problem'>[];
  decided: Decision;
  workload: SettledWorkload;
  speeds: SpeedsWhileFilling;
  value: Value | null;
}

/** The way to place it that is worth most; null where nothing is known that it could be laid on. */
export function bestWay(question: Question): Judged | null {
  const { target, built, workload } = question;
  const input = toPlacementInput(target, built, workload);
  if (input === null) {
    const placed = placeMlx(target, built, workload);
    return placed === null ? null : judge(question, placed);
  }
  const { usual, others } = waysToPlace(input, workload);
  const first = usual
    .map((placed) => judge(question, placed))
    .reduce<Judged | null>((best, next) => better(question, best, next), null);
  // What a known problem stops is refused for it: a run on the CPU would hide what to do about it.
  if (first?.decided.refusal === 'problem') return first;
  const best = others.reduce((found, way) => {
    const placed = mayBeBetter(question, way, found) ? way.place() : null;
    return placed === null ? found : better(question, found, judge(question, placed));
  }, first);
  return first === null || best === null || best === first ? best : insteadOf(best, first, target);
}

/** By its speed alone, which costs little; what it takes of the RAM can only make it worth less. */
function mayBeBetter(question: Question, way: Way, best: Judged | null): boolean {
  if (best === null || best.value === null || !suits(question.purpose, best)) return true;
  return mostGain(best.value) > 0 && mostPoints(question, way) > best.value.points;
}

function mostPoints(question: Question, way: Way): number {
  const timed = way.timed();
  return pointsAt(question, timed, timed.placement.devices.length > 0 ? 'split' : 'cpu');
}

/**
 * Points of speed by which a placement may be faster than all of placementsAtBest: layers differ a little in what they read. The
 * largest of 43,000 random cases was 0.17.
 */
const unevenPoints = 0.25;
/** The same as a share of the speed: points fall by six and more for each halving. */
const unevenShare = 1.05;

/**
 * Points that no way to place it is worth more than: what the devices would hold without a compute buffer sets its speed. Infinite for a
 * build whose speed does not follow from its layers.
 */
export function pointsAtBest(question: Omit<Question, 'refusal'>): number {
  const best = placedAtBest(question);
  if (best === null) return Number.POSITIVE_INFINITY;
  return Math.max(...best.map(({ timed, verdict }) => pointsAt(question, timed, verdict))) + unevenPoints;
}

/**
 * Tokens per second with the whole context in use that no way to place it is certain to exceed. Infinite for a build whose speed does not follow
 * from its layers.
 */
export function speedAtBest({ target, built, workload }: Run): number {
  const best = placedAtBest({ target, built, workload });
  if (best === null) return Number.POSITIVE_INFINITY;
  const speeds = best.map(({ timed }) => speedsOf(target, built, timed, workload).others().full);
  return unevenShare * Math.max(...speeds.map((speed) => speed?.lowTokensPerSecond ?? Number.POSITIVE_INFINITY));
}

function placedAtBest({ target, built, workload }: Run) {
  const input = toPlacementInput(target, built, workload);
  return input && placementsAtBest(input, workload);
}

/** As much RAM as it may need is taken to be free. */
function pointsAt(
  { target, built, workload: requested, purpose }: Omit<Question, 'refusal'>,
  timed: TimedPlacement,
  verdict: Verdict,
): number {
  const { variant, quantization } = built.build;
  const workload = workloadOf(target, built.build, requested, timed.microBatch);
  const speed = speedsOf(target, built, timed, requested).half;
  const run = { variant, quantization, workload, verdict, speed } as const;
  return worthOf(run, purpose.useCase, purpose.wantedTokens)?.points ?? Number.NEGATIVE_INFINITY;
}

function judge({ target, built, workload: requested, purpose, refusal }: Question, placed: PlacementResult): Judged {
  const { build } = built;
  const problems = problemsOf(target, build, placed, requested);
  const blockers = problems.filter(({ severity }) => severity === 'blocker');
  const decided = withRefusals(decideVerdict(target, built, placed, requested), refusal, blockers);
  const workload = workloadOf(target, build, requested, placed.microBatch);
  const { verdict } = decided;
  const speeds = verdict === 'no' || verdict === 'unknown' ? noSpeeds : speedsOf(target, built, placed, requested);
  const { variant, quantization } = build;
  const remaining = ramRemainingBytes(target, placed);
  const run = { variant, quantization, workload, verdict, speed: speeds.half, ramRemainingBytes: remaining };
  const value = worthOf(run, purpose.useCase, purpose.wantedTokens);
  return { placed, problems, decided, workload, speeds, value };
}

/** The way that suits, else the one that is worth more; of equals, and of those that do not run, the first. */
function better(question: Question, best: Judged | null, next: Judged): Judged {
  if (best === null) return next;
  if (next.value === null) return best;
  if (best.value === null) return next;
  const [first, second] = [suits(question.purpose, best), suits(question.purpose, next)];
  if (first !== second) return second ? next : best;
  return next.value.points > best.value.points ? next : best;
}

function suits({ suits: test }: Purpose, { decided: { verdict }, speeds }: Judged): boolean {
  return test?.({ verdict, speedAtFullContext: speeds.others().full }) ?? true;
}

/** Nothing is put on the devices because they are slower, or because they do not hold even that. */
function insteadOf(best: Judged, usual: Judged, { groups }: SchedulerTarget): Judged {
  const integrated = groups.flat().some((device) => device.integrated);
  const tooSmall = integrated ? 'shared-memory-too-small' : 'device-too-small';
  const faster = (best.value?.tokensPerSecond ?? 0) > (usual.value?.tokensPerSecond ?? Number.POSITIVE_INFINITY);
  const why: Finding<'runs-on-cpu'>['why'] = faster ? 'faster' : tooSmall;
  const reasons = best.decided.reasons.map((reason) => (reason.code === 'runs-on-cpu' ? { ...reason, why } : reason));
  return { ...best, decided: { ...best.decided, reasons } };
}

export type Decision = VerdictDecision & { refusal: Refusal | null };

/**
 * The verdict by memory, combined with other refusals. A build that does not fit is too big whatever else is wrong with it; one that would
 * fit is refused for its server or a known problem, and that reason comes first.
 */
function withRefusals(
  { verdict, reasons }: VerdictDecision,
  refusal: AdviceFinding | null,
  blockers: readonly Finding<'known-problem'>[],
): Decision {
  if (verdict === 'no') return { verdict, refusal: 'memory', reasons: [...reasons, ...blockers] };
  if (refusal !== null) return { verdict: 'no', refusal: 'server', reasons: [refusal] };
  if (blockers.length === 0) return { verdict, refusal: null, reasons };
  return { verdict: 'no', refusal: 'problem', reasons: [...blockers, ...reasons] };
}

export function workloadOf(
  target: SchedulerTarget,
  build: Build,
  workload: Workload,
  microBatch: number,
): SettledWorkload {
  const vision = workload.vision !== false && build.projector !== 'none' && loadsProjector(target, build);
  return {
    contextTokensTotal: workload.contextTokensTotal,
    contextTokensPerSequence: contextPerSequence(workload),
    kvType: workload.kvType,
    sequences: workload.sequences,
    vision,
    microBatch,
  };
}

/** Older servers do not load the encoders of an MLX build. */
function loadsProjector({ ollamaVersion }: SchedulerTarget, { runner }: Build): boolean {
  return runner !== 'mlx' || since('mlx-vision', ollamaVersion);
}
