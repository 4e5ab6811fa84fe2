import type { Build } from '../data/schema.ts';
import { since } from '../data/tables.ts';
import { isAtLeast } from '../data/versions.ts';
import { type BuildShape, shapeOfBuild } from '../model/memory/build-shape.ts';
import type { SchedulerTarget } from '../server-rules/target.ts';
import type { AdviceFinding, Finding } from './findings.ts';
import { problemsOf } from './known-problems.ts';
import { nothing, withExtras } from './parts.ts';
import { placeGguf } from './placement/gguf.ts';
import { toPlacementInput } from './placement/input.ts';
import { ceilingTokens } from './placement/max-context.ts';
import { placeMlx } from './placement/mlx.ts';
import { placementNotes } from './placement/notes.ts';
import { speedOf } from './placement/speed.ts';
import type { PlacementResult } from './placement/types.ts';
import type { Candidate, Placement, Workload } from './types.ts';
import { decideVerdict, unclearFinding, type VerdictDecision } from './verdict.ts';
import { contextPerSequence } from './workload.ts';

/** One build on one machine for one workload: where it lies, whether that is good, how far it could go, and why. */
export function candidateFor(
  target: SchedulerTarget,
  build: Build,
  requested: Workload,
  built: BuildShape = shapeOfBuild(build),
): Candidate {
  const refusal = refusalOf(target, build);
  const placed = refusal?.code === 'wrong-platform' ? null : place(target, built, requested);
  if (placed === null)
    return unplaced(target, built, requested, refusal === null ? unplacedBecause(target, built) : refused(refusal));
  const problems = problemsOf(target, build, placed, requested);
  const blockers = problems.filter(({ severity }) => severity === 'blocker');
  const decided =
    refusal === null ? blocked(decideVerdict(target, built, placed, requested), blockers) : refused(refusal);
  const { workload, need, placement } = {
    workload: workloadOf(target, build, requested, placed.microBatch),
    ...placed,
  };
  return {
    variant: build.variant,
    build: build.id,
    tag: build.tag,
    quantization: build.quantization,
    downloadBytes: built.downloadBytes,
    workload,
    need,
    placement,
    ceilingTokens: ceilingTokens(target, built, requested),
    speed: decided.verdict === 'no' || decided.verdict === 'unknown' ? null : speedOf(target, built, placed, requested),
    verdict: decided.verdict,
    reasons: [
      ...decided.reasons,
      ...placementNotes(target, built, placed, requested),
      ...problems.filter((problem) => !decided.reasons.includes(problem)),
    ],
  };
}

function place(target: SchedulerTarget, built: BuildShape, workload: Workload): PlacementResult | null {
  const input = toPlacementInput(target, built, workload);
  return input === null ? placeMlx(target, built, workload) : placeGguf(input, workload);
}

/** What rules a build out before its memory is looked at. */
function refusalOf(target: SchedulerTarget, build: Build): AdviceFinding | null {
  if (build.platforms !== null && !target.appleSilicon) return { code: 'wrong-platform', tag: build.tag };
  if (isAtLeast(target.ollamaVersion, build.minimumOllama)) return null;
  return { code: 'server-too-old', tag: build.tag, version: target.ollamaVersion, minimumVersion: build.minimumOllama };
}

/** A known problem that keeps it from running at all rules, whatever the memory: it is the reason that decides. */
function blocked(
  { verdict, reasons }: VerdictDecision,
  blockers: readonly Finding<'known-problem'>[],
): VerdictDecision {
  return { verdict: blockers.length > 0 ? 'no' : verdict, reasons: [...blockers, ...reasons] };
}

function refused(reason: AdviceFinding): VerdictDecision {
  return { verdict: 'no', reasons: [reason] };
}

/** An MLX build (all others are laid somewhere) without a Metal device that is known well enough; or one of unpublished size. */
function unplacedBecause({ unclear }: SchedulerTarget, { build, downloadBytes }: BuildShape): VerdictDecision {
  if (downloadBytes === null) return { verdict: 'unknown', reasons: [{ code: 'build-bytes-unknown', tag: build.tag }] };
  if (unclear.length > 0) return { verdict: 'unknown', reasons: unclear.map(unclearFinding) };
  return { verdict: 'no', reasons: [{ code: 'mlx-refused', needBytes: downloadBytes, freeBytes: 0 }] };
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

/** Older servers leave the encoders of an MLX build on the disk. */
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

/** A build that cannot be laid anywhere: of another platform, of a size that nobody published, or on a device that could not be read. */
function unplaced(
  target: SchedulerTarget,
  { build, downloadBytes }: BuildShape,
  workload: Workload,
  { verdict, reasons }: VerdictDecision,
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
    verdict,
    reasons,
  };
}
