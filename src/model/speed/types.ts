import type { ModelShape } from '../memory/shape.ts';
import type { SpeedRun } from './run.ts';

/** A run of a model of any shape, whose speed is asked. */
export interface SpeedQuestion extends SpeedRun {
  shape: ModelShape;
  /** Ollama before 0.30 computed with an engine of its own instead of llama.cpp. Default: llama.cpp. */
  engine?: 'llama.cpp' | 'ollama-own';
  /** Whether each token is sampled from all words, as servers do and benchmark programs do not. Default: it is. */
  sampled?: boolean;
}

export type { PromptSpeedBand, SpeedBand } from './band.ts';
export type { SpeedDevice, SpeedHost } from './hardware.ts';
