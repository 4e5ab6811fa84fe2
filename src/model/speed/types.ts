import type { CpuFeature } from '../../data/ids.ts';
import type { ModelShape } from '../memory/shape.ts';
import type { KvType } from '../types.ts';

/** A device that takes part, in placement order (front of the model first). */
export interface SpeedDevice {
  backend: 'cuda' | 'rocm' | 'metal' | 'vulkan' | 'sycl' | 'none';
  /** Nominal; null: not known, and so no prediction. */
  bandwidthBytesPerSecond: number | null;
  /** As the driver writes it: finds classes of hardware and measurements by others. null: not known. */
  name: string | null;
  /** Tells devices of one name apart. */
  memoryBytes: number | null;
  /** CUDA compute capability or LLVM target. */
  architecture: string | null;
  /** As llama.cpp counts: blocks, and the head as one more on the last device. */
  layers: number;
}

/**
 * Where a RAM bandwidth comes from. measured: memory copied just now, bytes read and written; nominal: transfers x width, or a table's
 * figure; assumed: nobody knows, the middle of what such computers have.
 */
export type BandwidthBasis = 'measured' | 'nominal' | 'assumed';

export interface SpeedHost {
  /** Of the RAM; null: not known, and so no prediction for anything that runs on the processor. */
  bandwidthBytesPerSecond: number | null;
  /** Default: nominal. */
  bandwidthBasis?: BandwidthBasis;
  /** Instruction sets; empty: not known. */
  features: readonly CpuFeature[];
  /** The processor as the system names it; null or absent: not known. */
  brand?: string | null;
  /** Absent or null: not known. */
  cores?: number | null;
  sockets?: number | null;
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
  /** Tokens that a draft model (MTP) proposes at a time; 0 or absent: no drafting. */
  draftTokens?: number;
  /** Ollama before 0.30 computed with an engine of its own instead of llama.cpp. Default: llama.cpp. */
  engine?: 'llama.cpp' | 'ollama-own';
}

export type { PromptSpeedBand, SpeedBand } from './band.ts';
