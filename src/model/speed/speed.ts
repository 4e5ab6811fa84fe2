import type { SpeedForms } from '../../data/speed-schema.ts';
import { speedForms } from '../../data/speeds.ts';
import { backendOf, draftFactor } from './drafting.ts';
import { estimateSeconds } from './formula.ts';
import { measuredSpeed } from './measured.ts';
import type { SpeedBand, SpeedQuestion } from './types.ts';

export { bestDraftTokens, draftFactor, usualDraftTokens } from './drafting.ts';
export { predictPromptSpeed } from './prompt.ts';
export type { SpeedBand, SpeedDevice, SpeedHost, SpeedQuestion } from './types.ts';

/**
 * Tokens per second that a run is expected to make, as a band around the likeliest figure: from measurements by others on the same chip
 * where there are any, else from bytes and bandwidth. `depthTokens` says how full the cache is, `draftTokens` whether a draft model
 * works. null without a basis: a device (or the processor, where it has work) of unknown bandwidth.
 */
export function predictSpeed(question: SpeedQuestion): SpeedBand | null {
  const plain = measuredSpeed(question) ?? plainByFormula(question, speedForms);
  return plain === null ? null : withDrafting(plain, question, speedForms);
}

/** The same without measurements: bytes read for a token over the share of the bandwidth that the backend reaches. */
export function predictByFormula(question: SpeedQuestion, forms: SpeedForms = speedForms): SpeedBand | null {
  const plain = plainByFormula(question, forms);
  return plain === null ? null : withDrafting(plain, question, forms);
}

/** Speeds of one conversation as its context fills: empty, half full, full. Each null without a basis. */
export interface SpeedsAtDepth {
  start: SpeedBand | null;
  half: SpeedBand | null;
  full: SpeedBand | null;
}

/** @param contextTokens of one sequence; the question's depth does not matter */
export function speedsAtDepth(question: SpeedQuestion, contextTokens: number): SpeedsAtDepth {
  const at = (depthTokens: number) => predictSpeed({ ...question, depthTokens });
  return { start: at(0), half: at(Math.floor(contextTokens / 2)), full: at(contextTokens) };
}

function plainByFormula(question: SpeedQuestion, forms: SpeedForms): SpeedBand | null {
  const estimate = estimateSeconds(question, forms);
  if (estimate === null || estimate.seconds.expected === 0) return null;
  const { seconds, basis, slowHost } = estimate;
  return {
    lowTokensPerSecond: 1 / seconds.slow,
    expectedTokensPerSecond: 1 / seconds.expected,
    highTokensPerSecond: 1 / seconds.fast,
    basis,
    slowHost,
  };
}

/** Whose machine is slow and whose text is hard to draft have nothing to do with each other: the logarithms' widths add as squares do. */
function withDrafting(band: SpeedBand, question: SpeedQuestion, forms: SpeedForms): SpeedBand {
  const factor = draftFactor(backendOf(question), question.shape.variant, question.draftTokens ?? 0, forms);
  const expected = band.expectedTokensPerSecond * factor.expected;
  const end = (plain: number, drafting: number) =>
    Math.hypot(Math.log(plain / band.expectedTokensPerSecond), Math.log(drafting / factor.expected));
  return {
    ...band,
    lowTokensPerSecond: expected / Math.exp(end(band.lowTokensPerSecond, factor.low)),
    expectedTokensPerSecond: expected,
    highTokensPerSecond: expected * Math.exp(end(band.highTokensPerSecond, factor.high)),
  };
}
