import { contextSteps } from '../data/ids.ts';
import { FitError } from '../errors.ts';

/** Anything smaller is a forgotten k. */
const leastTokens = 512;
/** The longest context of any model, tokens of one sequence. */
export const largestContextTokens = Math.max(...contextSteps);

/**
 * A context as people write it: `32768`, `32k`, `0.25m`; k is 1024. Whole tokens. Throws FitError bad-number for anything else, and for
 * sizes that are implausibly small or longer than any model takes.
 */
export function parseContextTokens(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*([km]?)$/i.exec(text.trim()) ?? [];
  const tokens = Number(amount) * 1024 ** ['', 'k', 'm'].indexOf(unit.toLowerCase());
  const counts = Number.isInteger(tokens) && tokens > 0;
  if (counts && tokens >= leastTokens && tokens <= largestContextTokens) return tokens;
  const why = counts
    ? 'a context of Gemma 4: 512 tokens to 256K'
    : 'a context size: expected a number of tokens such as 32768 or 32k';
  const hint = counts && tokens <= 256 ? `Did you mean ${tokens}k?` : 'Use 4k to 256k; k is 1024 tokens.';
  throw new FitError('bad-number', `"${text}" is not ${why}.`, hint);
}
