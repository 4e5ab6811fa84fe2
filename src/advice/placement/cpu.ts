import { adviceTable } from '../../data/advice.ts';
import type { SchedulerDecision } from '../../server-rules/scheduler.ts';
import { noParts, sumParts, withExtras } from '../parts.ts';
import type { Workload } from '../types.ts';
import { drafterMemory } from './drafter.ts';
import { placeOn } from './estimates.ts';
import { type GgufPlacementInput, loadOf, loadRuntimeOf } from './input.ts';
import type { PlacementResult } from './types.ts';

/** Placement without a device: everything in RAM, with the largest micro-batch that leaves other programs room. */
export function cpuPlacement(
  input: GgufPlacementInput,
  workload: Workload,
  sizes: readonly number[],
  decision: SchedulerDecision | null,
): PlacementResult {
  const { shape, extras, target } = input;
  const { ramHeadroomBytes } = adviceTable.fragility;
  const roomBytes = (target.hostAvailableBytes ?? Number.POSITIVE_INFINITY) - ramHeadroomBytes;
  const hostParts = (size: number) => {
    const load = loadOf(workload, size, decision?.flashAttention ?? true, loadRuntimeOf(target));
    return withExtras(placeOn(shape, load, []).host, extras.projectorBytes, drafterMemory(input, load).cpuBytes);
  };
  const microBatch = sizes.find((size) => sumParts(hostParts(size)) <= roomBytes) ?? sizes.at(-1) ?? 512;
  const host = hostParts(microBatch);
  const totalLayers = shape.architecture.layers + 1;
  return {
    placement: { mode: 'cpu', gpuLayers: 0, totalLayers, overflowingLayers: 0, devices: [], host },
    need: { device: withExtras(noParts), host },
    microBatch,
    how: null,
    sharedBytes: 0,
    preflight: decision,
    findings: [],
  };
}
