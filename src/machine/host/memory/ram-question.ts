import type { Machine } from '../../types.ts';
import type { RamBenchmark } from './ram-benchmark.ts';

/** What a measurement of the RAM may depend on. */
export interface RamQuestion extends Pick<Machine, 'cpu' | 'memory'> {
  /** The table has the bandwidth: of the board, or of a chip whose memory the GPU shares. */
  isInTable: boolean;
  /** Every probe has ended. */
  isQuiet: boolean;
}

export type TimeRam = (question: RamQuestion) => Promise<RamBenchmark | null>;
