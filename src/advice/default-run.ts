import { buildById, variantOf } from '../data/tables.ts';
import { shapeOfBuild } from '../model/memory/build-shape.ts';
import { defaultContextTokens } from '../server-rules/context.ts';
import { seatingsOf } from '../server-rules/device-sets.ts';
import { preflight } from '../server-rules/scheduler.ts';
import type { Site } from '../server-rules/target.ts';
import { placeOn } from './placement/estimates.ts';
import { roomOf } from './placement/full-fit.ts';
import { ramHolds } from './placement/full-offload.ts';
import { ggufCase, loadOf } from './placement/input.ts';
import { placeMlx } from './placement/mlx.ts';
import type { Candidate, PlainRun } from './types.ts';
import type { Wish } from './workload.ts';

/**
 * What `ollama run TAG` does with the server's defaults: its own context, its own micro-batch, its own devices, one sequence.
 * null when the build's size is not known. Mode `none`: the memory is not there, whatever the server does then.
 */
export function plainRunOf(site: Site, candidate: Candidate, tierBytes: number): PlainRun | null {
  const build = buildById(candidate.build);
  if (build === null) return null;
  const built = shapeOfBuild(build);
  const contextTokens = Math.min(
    defaultContextTokens(tierBytes),
    variantOf(build.variant).architecture.trainedContextTokens,
  );
  const wish: Wish = {
    contextTokens,
    askedTokens: contextTokens,
    kvType: 'f16',
    sequences: 1,
    microBatch: null,
    vision: null,
  };
  const kase = ggufCase(site, built, wish);
  const before = preflight(site, built, contextTokens);
  if (kase === null || before === null) {
    const placed = placeMlx(site, built, wish);
    return placed === null ? null : { contextTokens, microBatch: placed.microBatch, mode: placed.placement.mode };
  }
  const { microBatch, flashAttention } = before;
  const load = loadOf(wish, microBatch, flashAttention);
  const [seating] = seatingsOf(site, before, { ...kase.extras, oneDeviceOnly: false });
  if (seating === undefined) return { contextTokens, microBatch, mode: 'cpu' };
  const { mode } = placeOn(kase.shape, load, seating.seats.map(roomOf));
  return { contextTokens, microBatch, mode: mode === 'full' && !ramHolds(kase, load, seating) ? 'none' : mode };
}
