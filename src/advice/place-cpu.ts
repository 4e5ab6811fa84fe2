import type { Preflight } from '../server-rules/scheduler.ts';
import { totalOf } from './full-fit.ts';
import { type GgufCase, loadOf } from './gguf-case.ts';
import { placeOn } from './memo.ts';
import type { Placed } from './placed.ts';
import { nothing, withExtras } from './sum.ts';
import type { Wish } from './wish.ts';

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
