import type { Candidate, UseCase, Verdict } from '../advice/types.ts';
import type { Paint } from './options.ts';

/** A verdict never hangs on colour alone: a sign, a word, and then the colour. */
interface VerdictWords {
  sign: string;
  asciiSign: string;
  /** For a table cell. */
  short: string;
  /** After "it ". */
  long: string;
  tone: keyof Paint;
}

export const verdictWords: Record<Verdict, VerdictWords> = {
  gpu: { sign: '✓', asciiSign: '+', short: 'GPU', long: 'runs wholly on the GPU', tone: 'good' },
  split: {
    sign: '~',
    asciiSign: '~',
    short: 'GPU + CPU',
    long: 'runs partly on the GPU, partly on the processor',
    tone: 'warn',
  },
  cpu: { sign: '~', asciiSign: '~', short: 'CPU', long: 'runs on the processor', tone: 'warn' },
  no: { sign: '✗', asciiSign: 'x', short: 'too big', long: 'does not fit', tone: 'bad' },
  unknown: { sign: '?', asciiSign: '?', short: 'unknown', long: 'cannot be told', tone: 'dim' },
};

export function verdictSign(verdict: Verdict, unicode: boolean): string {
  return unicode ? verdictWords[verdict].sign : verdictWords[verdict].asciiSign;
}

/** What a number format does to a model, for a reader who never heard the word quantization. */
export function plainQuantization(quantization: string): string {
  const bits = bitsOf(quantization);
  if (bits === null) return quantization;
  if (bits >= 16) return `${quantization}: full precision`;
  return `${quantization}: numbers rounded to about ${bits} bits`;
}

/** Bits that a name such as Q4_K_M, IQ4_XS, BF16, MXFP8 or INT4 states; null when it states none. */
export function bitsOf(quantization: string): number | null {
  const digits = /(?:^|[^a-z])(?:i?q|bf|f|mxfp|nvfp|fp|int)(\d{1,2})/i.exec(quantization)?.[1];
  return digits === undefined ? null : Number(digits);
}

export const useCaseWords: Record<UseCase, string> = {
  chat: 'conversation',
  code: 'programming',
  agent: 'agents and tools',
  vision: 'images',
  audio: 'sound',
  long: 'long documents',
};

/** `gemma4:26b-a4b-it-qat` without the library's name, for narrow tables. */
export function shortTag(candidate: Pick<Candidate, 'tag'>): string {
  return candidate.tag.replace(/^gemma4:/, '');
}
