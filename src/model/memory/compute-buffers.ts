import { memoize } from '../../memoize.ts';
import type { Load } from '../types.ts';
import {
  cpuComputeBytes,
  fullComputeBytes,
  hasClosedForm,
  hasCpuForm,
  hostComputeBytes,
} from './compute-buffer/full.ts';
import { graphComputeBytes, type ScratchBytes } from './graph/compute.ts';
import { isFullOffload, type Layout, layoutKey } from './layout.ts';
import { loadKey } from './load.ts';
import { type ModelShape, stockShape } from './shape.ts';

/** Answers of one shape are kept up to this many. */
const mostKept = 4096;

/**
 * Compute buffers of the host and of each device, bytes. Everything on one device or on the CPU, which is asked most, mostly has a
 * closed form that a test holds to the graph; all else is laid out as llama.cpp does it.
 */
export function computeBuffers(shape: ModelShape, load: Load, layout: Layout): ScratchBytes {
  if (layout.deviceCount === 1 && isWhole(layout) && hasClosedForm(shape, load)) {
    return { host: hostComputeBytes(shape, load), devices: [fullComputeBytes(shape, load)] };
  }
  if (layout.deviceCount === 0 && hasCpuForm(load)) return { host: cpuComputeBytes(shape, load), devices: [] };
  const copiesNoWeights = layout.deviceCount === 0 || isWhole(layout);
  return laidOut(copiesNoWeights ? anyRecipe(shape) : shape)(load, layout);
}

/** Searches, and fleets of machines, ask for the same layouts again and again. */
const laidOut = memoize(
  (shape: ModelShape) =>
    memoize(
      (load: Load, layout: Layout) => graphComputeBytes(shape, load, layout, pipelineCopies(layout)),
      (load, layout) => `${loadKey(load)} ${layoutKey(layout)}`,
      mostKept,
    ),
  ({ weights }) => weights,
);

/** Where every weight is used where it lies, a buffer is the same for all quantizations of a model. */
const anyRecipe = ({ variant }: ModelShape): ModelShape => stockShape(variant, 'Q4_0');

const isWhole = (layout: Layout): boolean =>
  isFullOffload(layout) && layout.runs.every(({ overflow }) => overflow === null);

/** Several devices that hold everything between them work in a pipeline, with copies of each input (llama.cpp, GGML_SCHED_MAX_COPIES). */
const pipelineCopies = (layout: Layout): number => (layout.deviceCount > 1 && isWhole(layout) ? 4 : 1);
