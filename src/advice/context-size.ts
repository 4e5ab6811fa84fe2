import { FitError } from '../errors.ts';

const multipliers: Record<string, number> = { '': 1, k: 1024, m: 1024 * 1024 };

/**
 * A context as people write it: `32768`, `32k`, `0.5m`; k is 1024. Whole tokens.
 * Throws FitError bad-number for anything else, for less than 1 and for more than 16m.
 */
export function parseContextTokens(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([km]?)$/i.exec(text.trim());
  const tokens = match ? Number(match[1]) * (multipliers[(match[2] ?? '').toLowerCase()] ?? Number.NaN) : Number.NaN;
  if (!Number.isInteger(tokens) || tokens < 1 || tokens > 16 * 1024 * 1024) {
    throw new FitError(
      'bad-number',
      `"${text}" is not a context size: expected a number of tokens such as 32768 or 32k.`,
      'Use 4k to 256k; k is 1024 tokens.',
    );
  }
  return tokens;
}
