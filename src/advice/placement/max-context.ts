import { variantOf } from '../../data/tables.ts';
import type { BuildShape } from '../../model/memory/build-shape.ts';
import { smallestTier } from '../../server-rules/batch-size.ts';
import { clampContext } from '../../server-rules/context.ts';
import { seatingsOf } from '../../server-rules/device-sets.ts';
import { preflight } from '../../server-rules/scheduler.ts';
import type { Site } from '../../server-rules/target.ts';
import type { Wish } from '../workload.ts';
import { findWhole } from './full-offload.ts';
import { hostRoom } from './host-memory.ts';
import { type GgufCase, ggufCase, loadOf } from './input.ts';
import { placeMlx } from './mlx.ts';

/** Contexts are tried in steps of one cache cell block. */
export const contextStep = 256;

/** What a ceiling may assume besides the wish. */
export interface CeilingOptions {
  /** LLAMA_ARG_FIT_TARGET on the server, bytes. */
  fitTargetBytes?: number;
}

/**
 * The largest context, in tokens over all sequences, at which the build still lies wholly on a device and RAM holds the rest: a
 * multiple of 256, at most what the model was trained for. Open micro-batches are taken at their smallest. null when no context does.
 */
export function ceilingTokens(site: Site, built: BuildShape, wish: Wish, options: CeilingOptions = {}): number | null {
  const kept = keptFor(site, built);
  const { kvType, sequences, microBatch, vision } = wish;
  const key = [kvType, sequences, microBatch, vision === false, options.fitTargetBytes].join(' ');
  const found = kept.get(key);
  if (found !== undefined) return found;
  const tokens = search(site, built, wish, options);
  kept.set(key, tokens);
  return tokens;
}

/** A ceiling does not depend on the context that was asked for: one search for all of them. */
const known = new WeakMap<Site, WeakMap<BuildShape, Map<string, number | null>>>();

function keptFor(site: Site, built: BuildShape): Map<string, number | null> {
  const ofSite = known.get(site) ?? new WeakMap<BuildShape, Map<string, number | null>>();
  const ofBuild = ofSite.get(built) ?? new Map<string, number | null>();
  known.set(site, ofSite.set(built, ofBuild));
  return ofBuild;
}

function search(site: Site, built: BuildShape, wish: Wish, options: CeilingOptions): number | null {
  const fits = fitsAt(site, built, wish, options);
  const trained = variantOf(built.build.variant).architecture.trainedContextTokens;
  const clamped = (contextTokens: number) =>
    clampContext(contextTokens, trained, wish.vision !== false, wish.sequences) / contextStep;
  return largest(Math.ceil(clamped(1)), Math.floor(clamped(Number.POSITIVE_INFINITY)), (steps) =>
    fits(steps * contextStep),
  );
}

function fitsAt(
  site: Site,
  built: BuildShape,
  wish: Wish,
  options: CeilingOptions,
): (contextTokens: number) => boolean {
  if (built.build.runner === 'mlx') {
    const { architecture } = variantOf(built.build.variant);
    return (contextTokens) => {
      const placed = placeMlx(site, built, { ...wish, contextTokens });
      return placed?.placement.mode === 'full' && hostRoom(site, placed, architecture).fits !== false;
    };
  }
  const plain = ggufCase(site, built, wish);
  if (plain === null) return () => false;
  const kase: GgufCase = { ...plain, extras: { ...plain.extras, ...options } };
  return (contextTokens) => {
    const before = preflight(site, built, contextTokens);
    if (before === null || (!before.flashAttention && wish.kvType !== 'f16')) return false;
    const sizes = [wish.microBatch ?? Math.min(smallestTier().microBatch, before.microBatch)];
    const load = (size: number) => loadOf({ ...wish, contextTokens }, size, before.flashAttention);
    return findWhole(kase, load, seatingsOf(site, before, kase.extras), sizes) !== null;
  };
}

/** The largest number of steps that fits, by halving; null when not even the least does. */
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
