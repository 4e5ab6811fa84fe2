import type { Load } from '../../types.ts';
import { gateUpBytes } from '../expert-parts.ts';
import { interpolate, type Point, proportional } from '../interpolate.ts';
import type { ModelShape } from '../shape.ts';
import { fullComputeBytes, maskBytesPerToken } from './full.ts';

/** Special cases of an expert split; each takes one more buffer. */
export interface ExpertSplit {
  /** A block keeps gate and up but not down, and its down is of the heavier type. */
  heavyDown?: boolean;
  /** At most two blocks have all their experts on the device: two expert tensors are on their way at once. */
  noneWhole?: boolean;
  /** The blocks whose experts are streamed have their attention on another device, and with it the masks. */
  elsewhere?: boolean;
}

/** Bytes by micro-batch, read off set D and Q of the golden rows (26b, llama.cpp v0.5.0, 2026-11-24). */
const besideExperts: Point[] = [
  [512, 47_895_000],
  [2048, 139_674_000],
];
const heavyDownBytes: Point[] = [
  [512, 28_836_000],
  [2048, 87_949_000],
];
const noneWholeBytes: Point[] = [
  [512, 144_171_000],
  [2048, 170_746_000],
];

/**
 * Compute buffer of a device when all dense parts are on devices and some experts on the CPU, bytes: the larger expert tensor, which is
 * copied over for each batch, and what is computed beside it; never less than the full buffer.
 */
export function expertStreamingComputeBytes(shape: ModelShape, load: Load, split: ExpertSplit): number {
  const { architecture } = shape;
  const { microBatch } = load;
  const at = (points: Point[]) => interpolate(points, microBatch, proportional(microBatch));
  const full = fullComputeBytes(shape, load);
  const quantizedKv = full - fullComputeBytes(shape, { ...load, kvType: 'f16' });
  const extra = Math.max(split.heavyDown ? at(heavyDownBytes) : 0, split.noneWhole ? at(noneWholeBytes) : 0);
  const masks = split.elsewhere ? 0 : microBatch * maskBytesPerToken(architecture, load);
  return Math.round(Math.max(full, gateUpBytes(shape) + masks + at(besideExperts) + quantizedKv + extra));
}
