import type { SpeedBasis } from './vocabulary.ts';

/** Tokens of an answer per second, as a band around the likeliest figure. */
export interface Speed {
  lowTokensPerSecond: number;
  /** The single figure that is most likely. */
  expectedTokensPerSecond: number;
  highTokensPerSecond: number;
  basis: SpeedBasis;
}

/** Tokens of a prompt read per second. */
export interface PromptSpeed {
  lowTokensPerSecond: number;
  highTokensPerSecond: number;
}
