import { contextSteps } from '../../data/ids.ts';
import type { Build } from '../../data/schema.ts';
import { buildById, variantOf } from '../../data/tables.ts';
import { pad } from '../../model/memory/load.ts';
import type { VariantId } from '../../model/types.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import { candidateFor } from '../candidate.ts';
import { sumParts } from '../parts.ts';
import { targetOf } from '../server.ts';
import type { Candidate, CheckResult, Verdict, Workload } from '../types.ts';
import { workloadFor } from '../workload.ts';

/** One build's memory against its context. It is piecewise linear, so the corners are enough. */
export interface NeedCurve {
  variant: VariantId;
  tag: string;
  /**
   * Ascending in contextTokens, as requested; the server raises values below its floor. needBytes: on the device with all layers there (in
   * RAM if there is no device).
   */
  points: { contextTokens: number; needBytes: number; verdict: Verdict }[];
  trainedContextTokens: number;
}

/** Curves of the candidates that a report shows, the recommended one first, then by rank; each at its own micro-batch. */
export function curvesOf(result: CheckResult, shown: readonly Candidate[]): NeedCurve[] {
  const ranked = result.recommendation === null ? result.candidates : [result.recommendation, ...result.candidates];
  const target = targetOf(result.machine, result.request);
  return ranked.filter((candidate) => shown.includes(candidate)).map((candidate) => curveOf(result, target, candidate));
}

function curveOf({ request }: CheckResult, target: SchedulerTarget, candidate: Candidate): NeedCurve {
  const { variant, tag, workload } = candidate;
  const { trainedContextTokens } = variantOf(variant).architecture;
  const build = buildById(candidate.build);
  const workloadAt = (contextTokens: number) =>
    workloadFor({ ...request, microBatch: workload.microBatch }, variant, contextTokens);
  if (build === null) return { variant, tag, points: [], trainedContextTokens };
  const corners = cornersOf(candidate, workloadAt(1).contextTokensTotal);
  const points = corners.map((contextTokens) => pointAt(contextTokens, target, build, workloadAt));
  return { variant, tag, points, trainedContextTokens };
}

type Point = NeedCurve['points'][number];

/** Worked out when it is read: a table of models asks for one or two points of each curve, a chart for all. */
function pointAt(
  contextTokens: number,
  target: SchedulerTarget,
  build: Build,
  workloadAt: (contextTokens: number) => Workload,
): Point {
  let known: Candidate | null = null;
  const at = () => {
    known ??= candidateFor(target, build, workloadAt(contextTokens));
    return known;
  };
  return {
    contextTokens,
    get needBytes() {
      const { need } = at();
      return sumParts(need.device) || sumParts(need.host);
    },
    get verdict() {
      return at().verdict;
    },
  };
}

/** Where the line bends (the sliding layers' cache is full; the server gives no less than `leastTokens`), and the contexts that reports show. */
function cornersOf({ variant, workload }: Candidate, leastTokens: number): number[] {
  const { windowTokens, trainedContextTokens } = variantOf(variant).architecture;
  const full = pad(windowTokens + workload.microBatch, 256) * workload.sequences;
  const all = [Math.max(full, leastTokens), ...contextSteps, trainedContextTokens];
  return [...new Set(all)]
    .filter((context) => context <= trainedContextTokens * workload.sequences)
    .sort((a, b) => a - b);
}
