import type { Build } from '../data/schema.ts';
import { since } from '../data/tables.ts';
import { isAtLeast } from '../data/versions.ts';
import { type BuildShape, shapeOfBuild } from '../model/memory/build-shape.ts';
import type { SchedulerTarget } from '../server-rules/target.ts';
import type { AdviceFinding, Finding } from './findings.ts';
import { problemsOf } from './known-problems.ts';
import { launchOf } from './launch/llama-server.ts';
import { nothing, withExtras } from './parts.ts';
import { waysToPlace } from './placement/gguf.ts';
import { ramRemainingBytes } from './placement/host-memory.ts';
import { toPlacementInput } from './placement/input.ts';
import { ceilingTokens } from './placement/max-context.ts';
import { placeMlx } from './placement/mlx.ts';
import { placementNotes } from './placement/notes.ts';
import { noSpeeds, type SpeedsWhileFilling, speedsOf, togetherOf } from './placement/speed.ts';
import type { PlacementResult } from './placement/types.ts';
import type { Candidate, Placement, Refusal, SettledWorkload, UseCase, Value, Workload } from './types.ts';
import { worthOf } from './value.ts';
import { decideVerdict, unclearFinding, type VerdictDecision } from './verdict.ts';
import { contextPerSequence } from './workload.ts';

/** What a candidate is wanted for; its value depends on it. */
export interface Purpose {
  useCase: UseCase | null;
  /** Of one sequence; a shorter context costs points. */
  wantedTokens: number;
}

/** The part of a candidate that ranking needs; the rest is computed on demand. */
export interface WeighedCandidate extends Pick<Candidate, 'verdict' | 'value'> {
  ceilingTokens: () => Candidate['ceilingTokens'];
  complete: () => Candidate;
}

/** One build on one machine for one workload: its placement, speed, value, longest context, and the reasons. */
export function candidateFor(
  target: SchedulerTarget,
  build: Build,
  requested: Workload,
  purpose?: Purpose,
  built?: BuildShape,
): Candidate {
  return weighCandidate(target, build, requested, purpose, built).complete();
}

/** The same for ranking: only the candidate that is taken is completed. */
export function weighCandidate(
  target: SchedulerTarget,
  build: Build,
  requested: Workload,
  purpose: Purpose = { useCase: null, wantedTokens: contextPerSequence(requested) },
  built: BuildShape = shapeOfBuild(build),
): WeighedCandidate {
  const refusal = refusalOf(target, build);
  const judged = (placed: PlacementResult) => judge(target, built, requested, placed, refusal, purpose);
  const [first, ...others] = refusal?.code === 'wrong-platform' ? [] : judgedWays(target, built, requested, judged);
  if (first === undefined) {
    const decided = refusal === null ? unplacedBecause(target, built) : refused(refusal);
    const complete = () => unplaced(target, built, requested, decided);
    return { verdict: decided.verdict, value: null, ceilingTokens: () => null, complete };
  }
  const { placed, problems, decided, workload, speeds, value } = others.reduce(better, first);
  const { need, placement } = placed;
  const { verdict } = decided;
  const ceiling = () => ceilingTokens(target, built, requested);
  const complete = (): Candidate => {
    const { start, full, prompt } = speeds.others();
    return {
      variant: build.variant,
      build: build.id,
      tag: build.tag,
      quantization: build.quantization,
      downloadBytes: built.downloadBytes,
      workload,
      need,
      placement,
      ceilingTokens: ceiling(),
      speed: start,
      speedAtFullContext: full,
      promptSpeed: prompt,
      value,
      verdict,
      refusal: decided.refusal,
      ...(workload.sequences > 1 && { speedTogether: togetherOf(target, built, placed, requested) }),
      ...launchOf(target, { build, workload, verdict, placed }),
      reasons: [
        ...decided.reasons,
        ...placementNotes(target, built, placed, requested),
        ...problems.filter((problem) => !decided.reasons.includes(problem)),
      ],
    };
  };
  return { verdict, value, ceilingTokens: ceiling, complete };
}

/** Every way to place it, judged; none where nothing is known that it could be laid on. */
function judgedWays(
  target: SchedulerTarget,
  built: BuildShape,
  workload: Workload,
  judged: (placed: PlacementResult) => Judged,
): Judged[] {
  const input = toPlacementInput(target, built, workload);
  if (input === null) {
    const placed = placeMlx(target, built, workload);
    return placed === null ? [] : [judged(placed)];
  }
  const { usual, lastResort } = waysToPlace(input, workload);
  const found = usual.map(judged);
  return found.some(({ value }) => value !== null) ? found : [...found, ...lastResort().map(judged)];
}

/** A way to place a build, and what comes of it. */
interface Judged {
  placed: PlacementResult;
  problems: Finding<'known-problem'>[];
  decided: Decision;
  workload: SettledWorkload;
  speeds: SpeedsWhileFilling;
  value: Value | null;
}

function judge(
  target: SchedulerTarget,
  built: BuildShape,
  requested: Workload,
  placed: PlacementResult,
  refusal: AdviceFinding | null,
  { useCase, wantedTokens }: Purpose,
): Judged {
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
  return { placed, problems, decided, workload, speeds, value: worthOf(run, useCase, wantedTokens) };
}

/** The way that is worth more; of equals, and of those that do not run, the first. */
function better(best: Judged, next: Judged): Judged {
  if (next.value === null) return best;
  return best.value === null || next.value.points > best.value.points ? next : best;
}

/** What rules a build out regardless of memory. */
function refusalOf(target: SchedulerTarget, build: Build): AdviceFinding | null {
  if (build.platforms !== null && !target.appleSilicon) return { code: 'wrong-platform', tag: build.tag };
  if (isAtLeast(target.ollamaVersion, build.minimumOllama)) return null;
  return { code: 'server-too-old', tag: build.tag, version: target.ollamaVersion, minimumVersion: build.minimumOllama };
}

type Decision = VerdictDecision & { refusal: Refusal | null };

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

function refused(reason: AdviceFinding): Decision {
  return { verdict: 'no', refusal: reason.code === 'server-too-old' ? 'server' : 'platform', reasons: [reason] };
}

/** An MLX build (all others have a placement) of unpublished size, or on a Metal device that could not be read. */
function unplacedBecause({ unclear }: SchedulerTarget, { build, downloadBytes }: BuildShape): Decision {
  const unknown = { verdict: 'unknown' as const, refusal: null };
  if (downloadBytes === null) return { ...unknown, reasons: [{ code: 'build-bytes-unknown', tag: build.tag }] };
  if (unclear.length > 0) return { ...unknown, reasons: unclear.map(unclearFinding) };
  const reasons = [{ code: 'mlx-refused' as const, needBytes: downloadBytes, freeBytes: 0 }];
  return { verdict: 'no', refusal: 'memory', reasons };
}

function workloadOf(
  target: SchedulerTarget,
  build: Build,
  workload: Workload,
  microBatch: number,
): Candidate['workload'] {
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

const nowhere: Placement = {
  mode: 'none',
  gpuLayers: 0,
  totalLayers: 0,
  overflowingLayers: 0,
  devices: [],
  host: withExtras(nothing),
};

/** A build without a placement: made for another platform, of unpublished size, or on a device that could not be read. */
function unplaced(
  target: SchedulerTarget,
  { build, downloadBytes }: BuildShape,
  workload: Workload,
  { verdict, refusal, reasons }: Decision,
): Candidate {
  return {
    variant: build.variant,
    build: build.id,
    tag: build.tag,
    quantization: build.quantization,
    downloadBytes,
    workload: workloadOf(target, build, workload, workload.microBatch ?? 512),
    need: { device: withExtras(nothing), host: withExtras(nothing) },
    placement: nowhere,
    ceilingTokens: null,
    speed: null,
    speedAtFullContext: null,
    promptSpeed: null,
    value: null,
    verdict,
    refusal,
    reasons,
  };
}
