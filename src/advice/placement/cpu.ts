import type { Preflight } from '../../server-rules/scheduler.ts';
import { nothing, withExtras } from '../parts.ts';
import type { Wish } from '../workload.ts';
import { placeOn } from './estimates.ts';
import { totalOf } from './full-fit.ts';
import { type GgufCase, loadOf } from './input.ts';
import type { Placed } from './types.ts';

/** A machine without a device that Ollama would use: everything in RAM, with the largest micro-batch that fits there. */
export function cpuPlacement(kase: GgufCase, wish: Wish, sizes: readonly number[], before: Preflight | null): Placed {
  const { shape, extras, site } = kase;
  const roomBytes = (site.hostAvailableBytes ?? Number.POSITIVE_INFINITY) - extras.projectorBytes - extras.drafterBytes;
  const parts = (size: number) => placeOn(shape, loadOf(wish, size, true), []).host;
  const microBatch = sizes.find((size) => totalOf(parts(size)) <= roomBytes) ?? sizes.at(-1) ?? 512;
  const host = withExtras(parts(microBatch), extras.projectorBytes, extras.drafterBytes);
  const totalLayers = shape.architecture.layers + 1;
  return {
    placement: { mode: 'cpu', gpuLayers: 0, totalLayers, overflowingLayers: 0, devices: [], host },
    need: { device: withExtras(nothing), host },
    microBatch,
    how: null,
    sharedBytes: 0,
    preflight: before,
    findings: [],
  };
}
