import type { SchedulerDecision } from '../../server-rules/scheduler.ts';
import { nothing, withExtras } from '../parts.ts';
import type { Workload } from '../types.ts';
import { placeOn } from './estimates.ts';
import { totalOf } from './full-fit.ts';
import { type GgufPlacementInput, loadOf, loadRuntimeOf } from './input.ts';
import type { PlacementResult } from './types.ts';

/** A machine without a device that Ollama would use: everything in RAM, with the largest micro-batch that fits there. */
export function cpuPlacement(
  input: GgufPlacementInput,
  workload: Workload,
  sizes: readonly number[],
  decision: SchedulerDecision | null,
): PlacementResult {
  const { shape, extras, target } = input;
  const roomBytes =
    (target.hostAvailableBytes ?? Number.POSITIVE_INFINITY) - extras.projectorBytes - extras.drafterBytes;
  const parts = (size: number) => placeOn(shape, loadOf(workload, size, true, loadRuntimeOf(target)), []).host;
  const microBatch = sizes.find((size) => totalOf(parts(size)) <= roomBytes) ?? sizes.at(-1) ?? 512;
  const host = withExtras(parts(microBatch), extras.projectorBytes, extras.drafterBytes);
  const totalLayers = shape.architecture.layers + 1;
  return {
    placement: { mode: 'cpu', gpuLayers: 0, totalLayers, overflowingLayers: 0, devices: [], host },
    need: { device: withExtras(nothing), host },
    microBatch,
    how: null,
    sharedBytes: 0,
    preflight: decision,
    findings: [],
  };
}
