import type { Build } from '../data/schema.ts';
import { isAtLeast } from '../data/versions.ts';
import { once } from '../memoize.ts';
import { type BuildShape, shapeOfBuild } from '../model/memory/build-shape.ts';
import type { SchedulerTarget } from '../server-rules/target.ts';
import type { AdviceFinding } from './findings.ts';
import { bestWay, type Decision, type Purpose, workloadOf } from './judged.ts';
import { launchOf } from './launch/llama-server.ts';
import { noParts, withExtras } from './parts.ts';
import { ceilingTokens } from './placement/max-context.ts';
import { placementNotes } from './placement/notes.ts';
import { togetherOf } from './placement/speed.ts';
import { runOutcome, usable, usableOnDevice } from './run-outcome.ts';
import type { Candidate, Placement, Workload } from './types.ts';
import { unclearFinding } from './verdict.ts';
import { contextPerSequence } from './workload.ts';

/** The part of a candidate that ranking needs; the rest is computed on demand. */
export interface WeighedCandidate extends Pick<Candidate, 'verdict' | 'value'> {
  ceilingTokens: () => Candidate['ceilingTokens'];
  speedAtFullContext: () => Candidate['speedAtFullContext'];
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

const unknown = () => null;

/** The same for ranking: only the candidate that is taken is completed. */
export function weighCandidate(
  target: SchedulerTarget,
  build: Build,
  requested: Workload,
  purpose: Purpose = { useCase: null, wantedTokens: contextPerSequence(requested) },
  built: BuildShape = shapeOfBuild(build),
): WeighedCandidate {
  const refusal = refusalOf(target, build);
  const question = { target, built, workload: requested, purpose, refusal };
  const best = refusal?.code === 'wrong-platform' ? null : bestWay(question);
  if (best === null) {
    const decided = refusal === null ? unplacedBecause(target, built) : refused(refusal);
    const complete = () => unplaced(target, built, requested, decided);
    return { verdict: decided.verdict, value: null, ceilingTokens: unknown, speedAtFullContext: unknown, complete };
  }
  const { placed, problems, decided, workload, speeds, value } = best;
  const { need, placement } = placed;
  const { verdict } = decided;
  const ceiling = once(() => ceilingTokens(target, built, requested));
  const otherSpeeds = once(() => speeds.others());
  const reasons = once(() => [
    ...decided.reasons,
    ...placementNotes(target, built, placed, requested),
    ...problems.filter((problem) => !decided.reasons.includes(problem)),
  ]);
  // Most candidates of many machines are only ranked: what ranking does not ask for is worked out when it is read.
  const complete = (): Candidate => ({
    variant: build.variant,
    build: build.id,
    tag: build.tag,
    quantization: build.quantization,
    downloadBytes: built.downloadBytes,
    workload,
    need,
    placement,
    get ceilingTokens() {
      return ceiling();
    },
    get speed() {
      return otherSpeeds().start;
    },
    get speedAtFullContext() {
      return otherSpeeds().full;
    },
    get promptSpeed() {
      return otherSpeeds().prompt;
    },
    value,
    verdict,
    get runs() {
      return runOutcome({ verdict, speedAtFullContext: otherSpeeds().full }, usable);
    },
    get fits() {
      return runOutcome({ verdict, speedAtFullContext: otherSpeeds().full }, usableOnDevice);
    },
    refusal: decided.refusal,
    ...(workload.sequences > 1 && { speedTogether: togetherOf(target, built, placed, requested) }),
    ...launchOf(target, { build, workload, verdict, placed }),
    get reasons() {
      return reasons();
    },
  });
  return { verdict, value, ceilingTokens: ceiling, speedAtFullContext: () => otherSpeeds().full, complete };
}

/** What rules a build out regardless of memory. */
function refusalOf(target: SchedulerTarget, build: Build): AdviceFinding | null {
  if (build.platforms !== null && !target.appleSilicon) return { code: 'wrong-platform', tag: build.tag };
  if (isAtLeast(target.ollamaVersion, build.minimumOllama)) return null;
  return { code: 'server-too-old', tag: build.tag, version: target.ollamaVersion, minimumVersion: build.minimumOllama };
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

const nowhere: Placement = {
  mode: 'none',
  gpuLayers: 0,
  totalLayers: 0,
  overflowingLayers: 0,
  devices: [],
  host: withExtras(noParts),
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
    need: { device: withExtras(noParts), host: withExtras(noParts) },
    placement: nowhere,
    ceilingTokens: null,
    speed: null,
    speedAtFullContext: null,
    promptSpeed: null,
    value: null,
    verdict,
    runs: runOutcome({ verdict, speedAtFullContext: null }, usable),
    fits: runOutcome({ verdict, speedAtFullContext: null }, usableOnDevice),
    refusal,
    reasons,
  };
}
