import type { AdviceFinding } from '../advice/findings.ts';
import { runOutcome, slowness, usable, usableOnDevice } from '../advice/run-outcome.ts';
import type { Candidate, CheckResult } from '../advice/types.ts';
import { variantIds } from '../model/types.ts';

type Outcome = ReturnType<typeof runOutcome>;

/** Whether a candidate runs here with its context in the sense of a requirement that names it. */
export function runsHere(candidate: Candidate): Outcome {
  return runOutcome(candidate, usable);
}

/** What its speed has against it, where that alone is in the way. */
export function slownessHere(candidate: Candidate): AdviceFinding[] {
  return slowness(candidate, usable);
}

/** The same fully on the GPU, as a requirement with the context and `:gpu` means it. */
export function fitsGpu(candidate: Candidate): Outcome {
  return runOutcome(candidate, usableOnDevice);
}

/** Of each variant the best build that runs fully on the GPU, with this context or a shorter one: the recommended one, else the first in the order of the advice. */
export function bestOnGpu({ recommendation, candidates }: CheckResult): Candidate[] {
  const fitting = candidates.filter(({ fits }) => fits === 'met');
  return variantIds.flatMap((variant) => {
    const builds = fitting.filter((candidate) => candidate.variant === variant);
    return builds.find(({ tag }) => tag === recommendation?.tag) ?? builds[0] ?? [];
  });
}
