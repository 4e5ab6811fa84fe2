import { estimateSeconds } from './formula.ts';
import { measuredSpeed } from './measured.ts';
import type { SpeedBand, SpeedQuestion } from './types.ts';

export { predictPromptSpeed } from './prompt.ts';
export type { SpeedBand, SpeedDevice, SpeedQuestion } from './types.ts';

/**
 * Tokens per second that a run is expected to make, as a band: from measurements by others on the same chip where there are any,
 * else from bytes and bandwidth. null without a basis: a device (or the processor, where it has work) of unknown bandwidth.
 */
export function predictSpeed(question: SpeedQuestion): SpeedBand | null {
  return measuredSpeed(question) ?? predictByFormula(question);
}

/** The same without measurements: bytes read for a token over the share of the bandwidth that the backend reaches. */
export function predictByFormula(question: SpeedQuestion): SpeedBand | null {
  const estimate = estimateSeconds(question);
  if (estimate === null || estimate.seconds.middle === 0) return null;
  const { seconds, basis } = estimate;
  return { lowTokensPerSecond: 1 / seconds.slow, highTokensPerSecond: 1 / seconds.fast, basis };
}
