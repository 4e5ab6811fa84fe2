import { FitError } from '../../errors.ts';
import type { Load, Parts, Quantization, VariantId } from '../types.ts';
import { layeredLayout } from './layout.ts';
import { completeLoad, type OpenLoad } from './load.ts';
import { memoryOf } from './memory.ts';
import { type ModelShape, stockShape } from './shape.ts';

/** Where a load lies: one device and the host, bytes by part. */
export interface Estimate {
  device: Parts;
  host: Parts;
}

/** A load as a caller of the library states it; what is left out has llama.cpp's (or Ollama's) default. */
export interface LoadInput extends Partial<Omit<Load, 'contextTokensTotal'>> {
  /** Total over all sequences, as llama.cpp's n_ctx. */
  contextTokens: number;
}

/** The same as llama.cpp gets it. @internal */
export function loadFrom<Input extends LoadInput>({ contextTokens, ...rest }: Input) {
  return { ...rest, contextTokensTotal: contextTokens };
}

export type GpuLayers = number | 'all' | 'none';

/** A stock quantization, its load and how many of its layers lie on the device. */
export interface EstimateInput extends LoadInput {
  variant: VariantId;
  quantization: Quantization;
  /**
   * Layers on the device as llama.cpp counts them: blocks + 1 for the head. Default `all`. With 0 the device still computes the
   * batches; `none`: there is no device, and the CPU computes them.
   */
  gpuLayers?: GpuLayers;
}

/**
 * Memory that llama.cpp takes for a stock quantization of Gemma 4, bytes by part: within 0.1 % of llama.cpp's own projection
 * when everything is on the device, the device total within 5 % when part of it is on the CPU.
 * Throws FitError `unknown-variant`, `unknown-quantization`, `bad-number` or `usage`.
 */
export function estimateMemory({ variant, quantization, gpuLayers = 'all', ...load }: EstimateInput): Estimate {
  return estimateShape(stockShape(variant, quantization), loadFrom(load), gpuLayers);
}

/** The same for any shape, e.g. one read from a file or from the server. @internal */
export function estimateShape(shape: ModelShape, input: OpenLoad, gpuLayers: GpuLayers = 'all'): Estimate {
  const blocks = shape.architecture.layers;
  const layout = layeredLayout(blocks, layersOnDevice(gpuLayers, blocks), gpuLayers === 'none' ? [] : [1]);
  const { devices, host } = memoryOf(shape, completeLoad(input), layout);
  const [device = { weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0 }] = devices;
  return { device, host };
}

function layersOnDevice(gpuLayers: GpuLayers, blocks: number): number {
  if (gpuLayers === 'none') return 0;
  if (gpuLayers === 'all') return blocks + 1;
  if (Number.isSafeInteger(gpuLayers) && gpuLayers >= 0) return Math.min(gpuLayers, blocks + 1);
  throw new FitError('bad-number', `gpuLayers must be 'all', 'none' or a whole number from 0, not ${gpuLayers}.`);
}
