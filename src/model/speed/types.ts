import type { ModelShape } from '../memory/shape.ts';
import type { KvType } from '../types.ts';

/** A device that takes part, in placement order (front of the model first). */
export interface SpeedDevice {
  backend: 'cuda' | 'rocm' | 'metal' | 'vulkan' | 'sycl' | 'none';
  /** Nominal; null: not known, and so no prediction. */
  bandwidthBytesPerSecond: number | null;
  /** As the driver writes it: finds special classes and measurements by others. null: not known. */
  name: string | null;
  /** Tells devices of one name apart. */
  memoryBytes: number | null;
  /** CUDA compute capability or LLVM target. */
  architecture: string | null;
  /** As llama.cpp counts: blocks, and the head as one more on the last device. */
  layers: number;
}

export interface SpeedHost {
  /** Nominal RAM bandwidth; null: not known, and so no prediction for anything that runs on the processor. */
  bandwidthBytesPerSecond: number | null;
  /** Instruction sets as the system names them; empty: not known. */
  flags: readonly string[];
}

export interface SpeedQuestion {
  shape: ModelShape;
  /** Tokens in the cache when the next one is made. */
  depthTokens: number;
  kvType: KvType;
  /** Empty: everything on the processor. */
  devices: readonly SpeedDevice[];
  host: SpeedHost;
  /** 26b: layers on a device whose experts lie in RAM. */
  overflowingLayers: number;
}

export type { SpeedBand } from './band.ts';
