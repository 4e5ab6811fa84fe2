import { parseContextTokens } from '../advice/context-size.ts';
import { GiB, parseAmount } from '../data/units.ts';
import { FitError } from '../errors.ts';

// Parsers of typed numbers. Each throws FitError `bad-number` with what was expected.

/** A context, or `max`: the longest that keeps the placement. */
export function parseContext(text: string): number | 'max' {
  return /^max$/i.test(text) ? 'max' : parseContextTokens(text);
}

const largestBytes = 2 ** 50;

/**
 * `24GB`, `24GiB`, `24G`, `24576MB`: powers of 1024 (data/units.ts). A bare number is GiB below 1024 and bytes from 1 GiB up; anything
 * between is refused, because nvidia-smi prints MiB like that.
 */
export function parseBytes(text: string): number {
  const bare = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : null;
  if (bare !== null && bare >= 1024 && bare < GiB) throw withoutUnit(text, bare);
  const value = parseAmount(text, bare !== null && bare < 1024 ? 'g' : 'b');
  if (value !== null && value > 0 && value <= largestBytes) return value;
  throw new FitError('bad-number', `"${text}" is not an amount of memory: expected something like 24GB or 24576MB.`);
}

function withoutUnit(text: string, amount: number): FitError {
  const hint = amount < 2 ** 24 ? `Say ${amount}MiB or ${Math.round(amount / 1024)}GiB.` : `Say ${amount}B.`;
  return new FitError('bad-number', `"${text.trim()}" is an amount of memory without its unit.`, hint);
}

/** A whole number from 1. */
export function parseCount(text: string): number {
  const value = /^\d{1,6}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (value >= 1) return value;
  throw new FitError('bad-number', `"${text}" is not a count: expected a whole number from 1 to 999999.`);
}

/** A whole number from 1, or `max`: as many as fit. */
export function parseCountOrMax(text: string): number | 'max' {
  return /^max$/i.test(text) ? 'max' : parseCount(text);
}

/** Tokens per second. */
export function parseSpeed(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(?:\s*(?:tps|tok\/s|t\/s))?$/i.exec(text.trim());
  const value = Number(match?.[1]);
  if (match !== null && value > 0) return value;
  throw new FitError('bad-number', `"${text}" is not a speed: expected tokens per second, such as 20.`);
}

/** Other words that people type for an option's values. */
const synonyms: Record<string, string> = {
  coding: 'code',
  programming: 'code',
  agents: 'agent',
  image: 'vision',
  images: 'vision',
  speech: 'audio',
  documents: 'long',
  mac: 'darwin',
  macos: 'darwin',
  windows: 'win32',
  'llama-server': 'llama.cpp',
  llamacpp: 'llama.cpp',
  'llama-cpp': 'llama.cpp',
};

/** One of a list of words. Throws FitError `usage` and names them all. */
export function parseChoice<T extends string>(what: string, words: readonly T[]): (text: string) => T {
  return (text) => {
    const typed = text.trim().toLowerCase();
    const word = words.find((candidate) => candidate === typed || candidate === synonyms[typed]);
    if (word !== undefined) return word;
    throw new FitError('usage', `"${text}" is not a ${what}.`, `Choose one of ${words.join(', ')}.`);
  };
}
