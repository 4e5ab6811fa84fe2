import type { KvType } from '../types.ts';
import type { SpeedDevice, SpeedHost } from './hardware.ts';

/** How a model runs: how full its cache is, and where its layers are. */
export interface SpeedRun {
  /** Tokens in the cache when the next one is made. */
  depthTokens: number;
  kvType: KvType;
  /** Empty: everything on the CPU. */
  devices: readonly SpeedDevice[];
  host: SpeedHost;
  /** 26b: layers on a device whose experts lie in RAM. */
  overflowingLayers: number;
  /** Tokens that a draft model (MTP) proposes at a time; 0 or absent: no drafting. */
  draftTokens?: number;
}
