import { variantOf } from '../../data/tables.ts';
import { memoize } from '../../memoize.ts';
import type { BuildShape } from '../../model/memory/build-shape.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import { rulesOf } from '../server.ts';
import type { Workload } from '../types.ts';
import { findFullOffload } from './full-offload.ts';
import { deviceSetsOf, type GgufPlacementInput, loadUnder, toPlacementInput } from './input.ts';
import { mlxCeilingTokens } from './mlx.ts';

/** Contexts are tried in steps of one cache cell block. */
export const contextStep = 256;

/** What a ceiling may assume in addition to the request. */
export interface CeilingOptions {
  /** LLAMA_ARG_FIT_TARGET on the server, bytes. */
  fitTargetBytes?: number;
}

/**
 * The largest context, in tokens over all sequences, with which the build is fully on a device and the rest fits in RAM: a multiple of 256,
 * at most the trained context. Open micro-batches are taken at their smallest. null when there is none.
 */
export function ceilingTokens(
  target: SchedulerTarget,
  built: BuildShape,
  workload: Workload,
  options: CeilingOptions = {},
): number | null {
  return ceilingsOn(target)(built)(workload, options);
}

/**
 * Whether the build is fully on a device, and the rest in RAM, with the context of the workload: what a ceiling is the largest of.
 * false for MLX builds, whose longest context follows from their prompt.
 */
export function staysOnDevices(target: SchedulerTarget, built: BuildShape, workload: Workload): boolean {
  return fitsAt(target, built, workload, {})(workload.contextTokensTotal);
}

/** A ceiling does not depend on the requested context: one search serves all of them. */
const ceilingsOn = memoize((target: SchedulerTarget) =>
  memoize((built: BuildShape) =>
    memoize(
      (workload: Workload, options: CeilingOptions) => search(target, built, workload, options),
      ({ kvType, sequences, microBatch, vision }, { fitTargetBytes }) =>
        [kvType, sequences, microBatch, vision === false, fitTargetBytes].join(' '),
    ),
  ),
);

function search(
  target: SchedulerTarget,
  built: BuildShape,
  workload: Workload,
  options: CeilingOptions,
): number | null {
  if (built.mlx !== null) return mlxCeilingTokens(target, built, workload);
  const fits = fitsAt(target, built, workload, options);
  const trained = variantOf(built.build.variant).architecture.trainedContextTokens;
  const clamped = (contextTokens: number) =>
    rulesOf(target).clampContext(contextTokens, trained, workload.vision !== false, workload.sequences) / contextStep;
  return largest(Math.ceil(clamped(1)), Math.floor(clamped(Number.POSITIVE_INFINITY)), (steps) =>
    fits(steps * contextStep),
  );
}

function fitsAt(
  target: SchedulerTarget,
  built: BuildShape,
  workload: Workload,
  options: CeilingOptions,
): (contextTokens: number) => boolean {
  const plain = toPlacementInput(target, built, workload);
  if (plain === null) return () => false;
  const open = options.fitTargetBytes === undefined;
  const input: GgufPlacementInput = open ? plain : { ...plain, extras: { ...plain.extras, ...options } };
  const rules = rulesOf(target);
  return (contextTokens) => {
    const decision = rules.decide(target, built, contextTokens);
    if (decision === null || (!decision.flashAttention && workload.kvType !== 'f16')) return false;
    const { microBatch, flashAttention } = decision;
    const sizes = [workload.microBatch ?? Math.min(...rules.microBatches(microBatch, flashAttention))];
    const load = (size: number) =>
      loadUnder(target, { ...workload, contextTokensTotal: contextTokens }, decision, size);
    return findFullOffload(input, load, deviceSetsOf(input, decision), sizes) !== null;
  };
}

/** The largest number of steps that fits, by bisection; null when not even the least does. */
function largest(least: number, most: number, fits: (steps: number) => boolean): number | null {
  if (!fits(least)) return null;
  if (fits(most)) return most * contextStep;
  let [low, high] = [least, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low * contextStep;
}
