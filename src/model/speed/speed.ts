import type { SpeedForms } from '../../data/speed-schema.ts';
import { speedForms } from '../../data/speeds.ts';
import { draftFactor } from './drafting.ts';
import { estimateSeconds, type SpeedEstimate } from './formula.ts';
import { measuredSpeed } from './measured.ts';
import type { SpeedBand, SpeedQuestion } from './types.ts';

export { bestDraftTokens, draftFactor, leastDraftGain, usualDraftTokens } from './drafting.ts';
export { predictPromptSpeed } from './prompt.ts';
export type { SpeedBand, SpeedQuestion } from './types.ts';

/**
 * Tokens per second that a run is expected to make, as a band around the likeliest figure: from measurements by others on the same chip
 * where there are any, else from bytes and bandwidth. `depthTokens` says how full the cache is, `draftTokens` whether a draft model
 * works. null without a basis: a device (or the CPU, where it has work) of unknown bandwidth.
 */
export function predictShapeSpeed(question: SpeedQuestion): SpeedBand | null {
  const measured = measuredSpeed(question);
  return measured === null ? predictByFormula(question) : withDrafting(measured, question, speedForms);
}

/**
 * The same without measurements: bytes read for a token over the share of the bandwidth that the backend reaches.
 * @internal For tests and benches, which judge the formula without its measurements.
 */
export function predictByFormula(question: SpeedQuestion, forms: SpeedForms = speedForms): SpeedBand | null {
  const estimate = estimateSeconds(question, forms);
  if (estimate === null || estimate.seconds.expected === 0) return null;
  return withDrafting(bandOf(estimate), question, forms);
}

function bandOf({ seconds, basis, slowHost }: SpeedEstimate): SpeedBand {
  return {
    lowTokensPerSecond: 1 / seconds.slow,
    expectedTokensPerSecond: 1 / seconds.expected,
    highTokensPerSecond: 1 / seconds.fast,
    basis,
    slowHost,
  };
}

/**
 * How slow a machine is and how hard a text is to draft are independent, so the two widths add as squares. Square roots are identical to
 * the last bit in every JavaScript engine; logarithms are not.
 */
function withDrafting(band: SpeedBand, question: SpeedQuestion, forms: SpeedForms): SpeedBand {
  const draftTokens = question.draftTokens ?? 0;
  if (draftTokens < 1) return band;
  const factor = draftFactor(question, draftTokens, forms);
  const { lowTokensPerSecond: low, expectedTokensPerSecond: plain, highTokensPerSecond: high } = band;
  const expected = plain * factor.expected;
  return {
    ...band,
    lowTokensPerSecond: expected / (1 + together(plain / low - 1, factor.expected / factor.low - 1)),
    expectedTokensPerSecond: expected,
    highTokensPerSecond: expected * (1 + together(high / plain - 1, factor.high / factor.expected - 1)),
  };
}

function together(one: number, other: number): number {
  return Math.sqrt(one * one + other * other);
}
