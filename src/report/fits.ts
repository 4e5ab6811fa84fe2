import type { AdviceFinding } from '../advice/findings.ts';
import { runOutcome, slowness } from '../advice/requirements/runs.ts';
import type { Candidate, CheckResult } from '../advice/types.ts';
import { variantIds } from '../model/types.ts';

const anywhere = { onDevice: false, minimumTokensPerSecond: null };

type Outcome = ReturnType<typeof runOutcome>;

/** Whether a candidate runs here in the sense of a plain requirement. */
export function runsHere(candidate: Candidate): Outcome {
  return runOutcome(candidate, anywhere);
}

/** What its speed has against it, where that alone is in the way. */
export function slownessHere(candidate: Candidate): AdviceFinding[] {
  return slowness(candidate, anywhere);
}

/** The same fully on the GPU, as a requirement with `:gpu` means it. */
export function fitsGpu(candidate: Candidate): Outcome {
  return runOutcome(candidate, { ...anywhere, onDevice: true });
}

/** Of each variant the best build that runs fully on the GPU: the recommended one, else the first in the order of the advice. */
export function bestOnGpu({ recommendation, candidates }: CheckResult): Candidate[] {
  const fitting = candidates.filter((candidate) => fitsGpu(candidate) === 'met');
  return variantIds.flatMap((variant) => {
    const builds = fitting.filter((candidate) => candidate.variant === variant);
    return builds.find(({ tag }) => tag === recommendation?.tag) ?? builds[0] ?? [];
  });
}
