import { parseContextTokens } from '../advice/context-size.ts';
import { FitError } from '../errors.ts';

/** What a person types for a number, as a value. Each throws FitError `bad-number` with what was expected. */
export const parseContext = parseContextTokens;

const units: Record<string, number> = {
  '': 1,
  b: 1,
  k: 2 ** 10,
  kib: 2 ** 10,
  kb: 1e3,
  m: 2 ** 20,
  mib: 2 ** 20,
  mb: 1e6,
  g: 2 ** 30,
  gib: 2 ** 30,
  gb: 2 ** 30,
  t: 2 ** 40,
  tib: 2 ** 40,
  tb: 2 ** 40,
};
const largestBytes = 2 ** 50;

/**
 * `24GiB`, `24G`, `24576MiB`; GB is read as GiB, as the makers of cards and RAM mean it. A bare number is GiB below 1024 and bytes from
 * 1 GiB; what lies between is refused, for nvidia-smi prints MiB so.
 */
export function parseBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]i?b?|b)?$/i.exec(text.trim());
  const amount = Number(match?.[1]);
  const unit = (match?.[2] ?? '').toLowerCase();
  if (unit === '' && amount >= 1024 && amount < 2 ** 30) throw withoutUnit(text, amount);
  const factor = unit === '' && amount < 1024 ? 2 ** 30 : units[unit];
  const value = match === null || factor === undefined ? Number.NaN : Math.round(amount * factor);
  if (value > 0 && value <= largestBytes) return value;
  throw new FitError('bad-number', `"${text}" is not an amount of memory: expected something like 24GiB or 24576MiB.`);
}

function withoutUnit(text: string, amount: number): FitError {
  const hint = amount < 2 ** 24 ? `Say ${amount}MiB or ${Math.round(amount / 1024)}GiB.` : `Say ${amount}B.`;
  return new FitError('bad-number', `"${text.trim()}" is an amount of memory without its unit.`, hint);
}

/** A whole number from 1. */
export function parseCount(text: string): number {
  const value = /^\d{1,6}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (value >= 1) return value;
  throw new FitError('bad-number', `"${text}" is not a count: expected a whole number of at least 1.`);
}

/** Tokens per second. */
export function parseSpeed(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(?:\s*(?:tps|tok\/s|t\/s))?$/i.exec(text.trim());
  const value = Number(match?.[1]);
  if (match !== null && value > 0) return value;
  throw new FitError('bad-number', `"${text}" is not a speed: expected tokens per second, such as 20.`);
}

/** One of a list of words. Throws FitError `usage` and names them all. */
export function parseChoice<T extends string>(what: string, words: readonly T[]): (text: string) => T {
  return (text) => {
    const word = words.find((candidate) => candidate === text.trim().toLowerCase());
    if (word !== undefined) return word;
    throw new FitError('usage', `"${text}" is not a ${what}.`, `Choose one of ${words.join(', ')}.`);
  };
}
