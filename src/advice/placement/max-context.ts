import { variantOf } from '../../data/tables.ts';
import { memoize } from '../../memoize.ts';
import { largestHeld } from '../../model/fit/search.ts';
import type { BuildShape } from '../../model/memory/build-shape.ts';
import type { Load } from '../../model/types.ts';
import type { DeviceSet } from '../../server-rules/device-sets.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import { rulesOf } from '../server.ts';
import type { Workload } from '../types.ts';
import { estimateFullOffload } from './estimates.ts';
import { slotMemory, wholeHeldBytes } from './full-fit.ts';
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
  return fitsAt(target, built, workload, {})(workload.contextTokensTotal) !== null;
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
  const [least, most] = [Math.ceil(clamped(1)), Math.floor(clamped(Number.POSITIVE_INFINITY))];
  const first = fits(least * contextStep);
  if (first === null) return null;
  const holds = (steps: number) => fits(steps * contextStep) !== null;
  if (holds(most)) return most * contextStep;
  return largestFrom(likelyMost(first, least, most), least, most, holds) * contextStep;
}

/** A load that fits, and the devices that hold it. */
interface Fitting {
  input: GgufPlacementInput;
  deviceSet: DeviceSet;
  loadAt: (contextTokens: number) => Load;
}

function fitsAt(
  target: SchedulerTarget,
  built: BuildShape,
  workload: Workload,
  options: CeilingOptions,
): (contextTokens: number) => Fitting | null {
  const plain = toPlacementInput(target, built, workload);
  if (plain === null) return () => null;
  const open = options.fitTargetBytes === undefined;
  const input: GgufPlacementInput = open ? plain : { ...plain, extras: { ...plain.extras, ...options } };
  const rules = rulesOf(target);
  return (contextTokens) => {
    const decision = rules.decide(target, built, contextTokens);
    if (decision === null || (!decision.flashAttention && workload.kvType !== 'f16')) return null;
    const { microBatch, flashAttention } = decision;
    const size = workload.microBatch ?? Math.min(...rules.microBatches(microBatch, flashAttention));
    const loadAt = (tokens: number) => loadUnder(target, { ...workload, contextTokensTotal: tokens }, decision, size);
    const found = findFullOffload(input, () => loadAt(contextTokens), deviceSetsOf(input, decision), [size]);
    return found && { input, deviceSet: found.deviceSet, loadAt };
  };
}

/**
 * Where the longest context probably ends, in steps: on one device by what it holds and a compute buffer that grows evenly between two contexts
 * near the end; in the middle on several, which may be divided otherwise with another context.
 */
function likelyMost({ input: { shape }, deviceSet: { slots }, loadAt }: Fitting, least: number, most: number): number {
  const [slot] = slots;
  if (slot === undefined || slots.length > 1) return Math.floor((least + most) / 2);
  const { freeBytes, marginBytes } = slotMemory(slot);
  const load = (steps: number) => loadAt(steps * contextStep);
  const computeBytes = (steps: number) => estimateFullOffload(shape, load(steps)).device.computeBytes;
  const largestWith = (compute: (steps: number) => number) =>
    largestHeld(freeBytes - marginBytes, least, most, (steps) => wholeHeldBytes(shape, load(steps)) + compute(steps));
  const over = largestWith(() => 0);
  const overBytes = computeBytes(over);
  const under = largestWith(() => overBytes);
  if (under === over) return over;
  const bytesPerStep = (overBytes - computeBytes(under)) / (over - under);
  return largestWith((steps) => overBytes - bytesPerStep * (over - steps));
}

/** The largest count that holds: from a likely one on in strides that double, then by bisection; `least` holds, `most` does not. */
function largestFrom(likely: number, least: number, most: number, holds: (count: number) => boolean): number {
  let [low, high] = [least, most];
  const isHeld = (count: number) => {
    const held = holds(count);
    if (held) low = count;
    else high = count;
    return held;
  };
  let count = Math.min(Math.max(likely, low), high - 1);
  const upwards = count === low || isHeld(count);
  for (let stride = 1; high - low > 1; stride *= 2) {
    count += upwards ? stride : -stride;
    if (count <= low || count >= high || isHeld(count) !== upwards) break;
  }
  while (high - low > 1) isHeld(Math.floor((low + high) / 2));
  return low;
}
