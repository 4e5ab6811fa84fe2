import { isAtLeast } from '../data/at-least.ts';
import type { Build } from '../data/schema.ts';
import { type BuildShape, shapeOfBuild } from '../model/memory/build-shape.ts';
import type { Site } from '../server-rules/target.ts';
import type { AdviceFinding, Finding } from './findings.ts';
import { problemsOf } from './known-problems.ts';
import { nothing, withExtras } from './parts.ts';
import { placeGguf } from './placement/gguf.ts';
import { ggufCase } from './placement/input.ts';
import { ceilingTokens } from './placement/max-context.ts';
import { placeMlx } from './placement/mlx.ts';
import { placementNotes } from './placement/notes.ts';
import { speedOf } from './placement/speed.ts';
import type { Placed } from './placement/types.ts';
import type { Candidate, Placement } from './types.ts';
import { type Judgement, judge, unclearFinding } from './verdict.ts';
import type { Wish } from './workload.ts';

/** One build on one machine for one workload: where it lies, whether that is good, how far it could go, and why. */
export function candidateFor(site: Site, build: Build, wish: Wish, built: BuildShape = shapeOfBuild(build)): Candidate {
  const refusal = refusalOf(site, build);
  const placed = refusal?.code === 'wrong-platform' ? null : place(site, built, wish);
  if (placed === null) return unplaced(built, wish, refusal === null ? unplacedBecause(site, built) : refused(refusal));
  const problems = problemsOf(site, build, placed, wish);
  const blockers = problems.filter(({ severity }) => severity === 'blocker');
  const judged = refusal === null ? blocked(judge(site, built, placed), blockers) : refused(refusal);
  const { workload, need, placement } = { workload: workloadOf(build, wish, placed.microBatch), ...placed };
  return {
    variant: build.variant,
    build: build.id,
    tag: build.tag,
    quantization: build.quantization,
    downloadBytes: built.downloadBytes,
    workload,
    need,
    placement,
    ceilingTokens: ceilingTokens(site, built, wish),
    speed: judged.verdict === 'no' || judged.verdict === 'unknown' ? null : speedOf(site, built, placed, wish),
    verdict: judged.verdict,
    reasons: [
      ...judged.reasons,
      ...placementNotes(site, built, placed, wish),
      ...problems.filter((problem) => problem.severity !== 'note' && !judged.reasons.includes(problem)),
    ],
  };
}

function place(site: Site, built: BuildShape, wish: Wish): Placed | null {
  const kase = ggufCase(site, built, wish);
  return kase === null ? placeMlx(site, built, wish) : placeGguf(kase, wish);
}

/** What rules a build out before its memory is looked at. */
function refusalOf(site: Site, build: Build): AdviceFinding | null {
  if (build.platforms !== null && !site.appleSilicon) return { code: 'wrong-platform', tag: build.tag };
  if (isAtLeast(site.ollamaVersion, build.minimumOllama)) return null;
  return { code: 'server-too-old', tag: build.tag, version: site.ollamaVersion, minimumVersion: build.minimumOllama };
}

/** A known problem that keeps it from running at all rules, whatever the memory: it is the reason that decides. */
function blocked({ verdict, reasons }: Judgement, blockers: readonly Finding<'known-problem'>[]): Judgement {
  return { verdict: blockers.length > 0 ? 'no' : verdict, reasons: [...blockers, ...reasons] };
}

function refused(reason: AdviceFinding): Judgement {
  return { verdict: 'no', reasons: [reason] };
}

/** An MLX build (all others are laid somewhere): of unpublished size, or without a Metal device that is known well enough. */
function unplacedBecause({ unclear }: Site, { build, downloadBytes }: BuildShape): Judgement {
  if (downloadBytes === null) return { verdict: 'unknown', reasons: [{ code: 'build-bytes-unknown', tag: build.tag }] };
  if (unclear.length > 0) return { verdict: 'unknown', reasons: unclear.map(unclearFinding) };
  return { verdict: 'no', reasons: [{ code: 'mlx-refused', needBytes: downloadBytes, freeBytes: 0 }] };
}

function workloadOf(build: Build, wish: Wish, microBatch: number): Candidate['workload'] {
  const vision = wish.vision !== false && build.projector !== 'none';
  return { contextTokens: wish.contextTokens, kvType: wish.kvType, sequences: wish.sequences, vision, microBatch };
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
function unplaced({ build, downloadBytes }: BuildShape, wish: Wish, { verdict, reasons }: Judgement): Candidate {
  return {
    variant: build.variant,
    build: build.id,
    tag: build.tag,
    quantization: build.quantization,
    downloadBytes,
    workload: workloadOf(build, wish, wish.microBatch ?? 512),
    need: { device: withExtras(nothing), host: withExtras(nothing) },
    placement: nowhere,
    ceilingTokens: null,
    speed: null,
    verdict,
    reasons,
  };
}
