import type { Candidate, UseCase, Verdict } from '../advice/types.ts';
import type { Runtime } from '../data/ids.ts';
import type { Build } from '../data/schema.ts';
import { buildByTag, variantOf } from '../data/tables.ts';
import type { Paint } from './options.ts';
import { formatMemory } from './units.ts';

/** A verdict never depends on colour alone: it has a sign, a word, and then the colour. */
interface VerdictWords {
  sign: string;
  asciiSign: string;
  /** For a table cell. */
  short: string;
  /** After the name of a model. */
  long: string;
  /** In the answer line: `fully on GPU`. */
  where: string;
  tone: keyof Paint;
}

export const verdictWords: Record<Verdict, VerdictWords> = {
  gpu: { sign: '✓', asciiSign: '+', short: 'GPU', long: 'runs fully on the GPU', where: 'fully on GPU', tone: 'good' },
  split: {
    sign: '~',
    asciiSign: '~',
    short: 'GPU + CPU',
    long: 'runs partly on the CPU',
    where: 'partly on CPU',
    tone: 'warn',
  },
  cpu: { sign: '~', asciiSign: '~', short: 'CPU', long: 'runs on the CPU', where: 'on CPU', tone: 'warn' },
  no: { sign: '✗', asciiSign: 'x', short: 'too big', long: 'does not fit', where: 'does not fit', tone: 'bad' },
  unknown: {
    sign: '?',
    asciiSign: '?',
    short: 'unknown',
    long: 'could not be determined',
    where: 'unknown',
    tone: 'dim',
  },
};

export function verdictSign(verdict: Verdict, unicode: boolean): string {
  return unicode ? verdictWords[verdict].sign : verdictWords[verdict].asciiSign;
}

/** What a number format does to a model, for a reader who never heard the word quantization. */
export function plainQuantization(quantization: string): string {
  const bits = bitsOf(quantization);
  if (bits === null) return quantization;
  if (bits >= 16) return `${quantization}: full precision`;
  return `${quantization}: about ${bits} bits per weight`;
}

/** Bits that a name such as Q4_K_M, IQ4_XS, BF16, MXFP8 or INT4 states; null when it states none. */
export function bitsOf(quantization: string): number | null {
  const digits = /(?:^|[^a-z])(?:i?q|bf|f|mxfp|nvfp|fp|int)(\d{1,2})/i.exec(quantization)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Outcome of a requirement, in every format. */
export const outcomeWords = { met: 'Passed', failed: 'Failed', unknown: 'Unknown' } as const;

/** What a server is called in a sentence. */
export const serverNames: Record<Runtime, string> = { ollama: 'Ollama', 'llama.cpp': 'llama-server' };

export const useCaseWords: Record<UseCase, string> = {
  chat: 'chat',
  code: 'code',
  agent: 'agents',
  vision: 'images',
  audio: 'audio',
  long: 'long documents',
};

/** `gemma4:26b-a4b-it-qat` without the library's name, as `pull` takes it. */
export function shortTag({ tag }: Pick<Candidate, 'tag'>): string {
  return tag.replace(/^gemma4:/, '');
}

/** What tables call a build: its short tag; a file of Hugging Face by model and quantization (`26b-qat-q4_0`), for its repository is long. */
export function buildName({ tag }: Pick<Candidate, 'tag'>): string {
  const build = fetchedBuild(tag);
  return build === null
    ? shortTag({ tag })
    : `${build.variant}-${build.quantization.toLowerCase().replaceAll(' ', '-')}`;
}

/** What is recommended: its tag, or `Gemma 4 31B QAT Q4_0` for a file of Hugging Face. */
export function recommendedName({ tag }: Pick<Candidate, 'tag'>): string {
  const build = fetchedBuild(tag);
  return build === null ? tag : `${variantOf(build.variant).name} ${build.quantization}`;
}

function fetchedBuild(tag: string): Build | null {
  return tag.startsWith('hf.co/') ? buildByTag(tag) : null;
}

/** Why a candidate does not run, for its row: `too big (2.8 GiB short)`, `needs Ollama 0.30.5`; null when it runs or that is unknown. */
export function refusalWords({ verdict, reasons }: Candidate): string | null {
  if (verdict !== 'no') return null;
  for (const reason of reasons) {
    if (reason.code === 'server-too-old') return `needs Ollama ${reason.minimumVersion}`;
    if (reason.code === 'wrong-platform') return 'Macs only';
    if (reason.code === 'known-problem' && reason.severity === 'blocker') return 'known problem';
    if (reason.code === 'host-too-small' || reason.code === 'pool-too-small') {
      return tooBig(reason.needBytes - reason.availableBytes);
    }
    if (reason.code === 'mlx-refused') return tooBig(reason.needBytes - reason.freeBytes);
  }
  return verdictWords.no.short;
}

function tooBig(missingBytes: number): string {
  return missingBytes > 0 ? `${verdictWords.no.short} (${formatMemory(missingBytes)} short)` : verdictWords.no.short;
}

/** After the name of a model: what it does here, or why it does not run. */
export function verdictPhrase(candidate: Candidate): string {
  const refusal = candidate.refusal === 'memory' ? null : refusalWords(candidate);
  if (refusal === null) return verdictWords[candidate.verdict].long;
  return candidate.refusal === 'server' ? refusal : `does not run: ${refusal}`;
}
