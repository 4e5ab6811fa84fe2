import type { CpuFeature } from '../../data/ids.ts';
import type { Backend } from '../../data/vocabulary.ts';

/** A device that takes part, in placement order (front of the model first). */
export interface SpeedDevice {
  backend: Backend;
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

/** The processor and its RAM, for the layers that no device holds. */
export interface SpeedHost {
  /** Of the RAM; null: not known, and so no prediction for anything that runs on the CPU. */
  bandwidthBytesPerSecond: number | null;
  /** Default: nominal. */
  bandwidthBasis?: BandwidthBasis;
  /** Instruction sets; empty: not known. */
  features: readonly CpuFeature[];
  /** The CPU as the system names it; null or absent: not known. */
  brand?: string | null;
  /** Absent or null: not known. */
  cores?: number | null;
  sockets?: number | null;
}
