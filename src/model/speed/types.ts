import type { ModelShape } from '../memory/shape.ts';
import type { KvType } from '../types.ts';
import type { SpeedDevice, SpeedHost } from './hardware.ts';

export interface SpeedQuestion {
  shape: ModelShape;
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
  /** Ollama before 0.30 computed with an engine of its own instead of llama.cpp. Default: llama.cpp. */
  engine?: 'llama.cpp' | 'ollama-own';
}

export type { PromptSpeedBand, SpeedBand } from './band.ts';
export type { SpeedDevice, SpeedHost } from './hardware.ts';
