import { variantOf, weightsOf } from '../../src/data/tables.ts';
import type { Quantization, VariantId } from '../../src/model/types.ts';
import answered from './peer-answers.json' with { type: 'json' };

/**
 * How others compute what Gemma 4 takes on a device, for the error of their formulas beside ours. Written down from their published
 * sources as of 2026-11 and checked against the same 28 cases; they answer with an f16 cache, one sequence and llama.cpp's defaults.
 */
export interface PeerCase {
  variant: VariantId;
  quantization: Quantization;
  contextTokens: number;
}

export interface Peer {
  name: string;
  /** Quantizations that its table of bytes per parameter has; null: it takes the file's size. */
  quantizations: readonly Quantization[] | null;
  /** Transcribed: its formula as published. Run: its own answers, recorded. Default: transcribed. */
  how?: 'transcribed' | 'run';
  /** Whether it was asked this; default: it has an answer for each of its quantizations. */
  answers?(of: PeerCase): boolean;
  /** Bytes that it says are needed on the device. */
  bytes(of: PeerCase): number;
}

const gib = 2 ** 30;
const mib = 2 ** 20;
const twoWidths = ['Q4_K_M', 'Q8_0'] as const;
const isEight = ({ quantization }: PeerCase) => quantization === 'Q8_0';

/** What their formulas take from a model: its total parameters, and one number each where Gemma 4 has one for each kind of layer. */
function facts({ variant, quantization, contextTokens }: PeerCase) {
  const weights = weightsOf(variant, quantization);
  if (weights === null) throw new Error(`No bytes are known for ${variant} in ${quantization}.`);
  const { architecture: a, parameters, ggufMetadataBytes } = variantOf(variant);
  const fileBytes = weights.tensorBytes + ggufMetadataBytes;
  const billions = { total: parameters.total / 1e9, active: parameters.active / 1e9 };
  const kvHeads = {
    most: Math.max(a.kvHeads.sliding, a.kvHeads.full),
    least: Math.min(a.kvHeads.sliding, a.kvHeads.full),
  };
  const averageHead = a.hiddenSize / a.queryHeads;
  const uniformKv = (heads: number, headSize: number) => 2 * a.layers * heads * headSize * contextTokens * 2;
  return { ...a, fileBytes, billions, kvHeads, averageHead, uniformKv, moe: a.experts !== null };
}

/** Parameter counts in the tables of two of them, billions; of a newer model they say nothing. */
const llmChecker: Partial<Record<VariantId, number>> = { e2b: 2, e4b: 4, '12b': 12, '26b': 26, '31b': 31 };
const canirun: Partial<Record<VariantId, number>> = { e2b: 5.1, e4b: 8, '12b': 12, '26b': 27, '31b': 33 };

/** Answers of programs that were run on 2026-11-26, each as its `how` in the file tells. */
const recorded: Peer[] = answered.peers.map(({ name, bytes }) => {
  const answers: Record<string, number | undefined> = bytes;
  const keyOf = ({ variant, quantization, contextTokens }: PeerCase) => `${variant}/${quantization}/${contextTokens}`;
  return {
    name,
    how: 'run',
    quantizations: null,
    answers: (of) => answers[keyOf(of)] !== undefined,
    bytes: (of) => answers[keyOf(of)] ?? Number.NaN,
  };
});

export const peers: readonly Peer[] = [
  ...recorded,
  {
    name: 'llm-checker 3.8.1',
    quantizations: twoWidths,
    answers: ({ variant }) => llmChecker[variant] !== undefined,
    bytes: (of) => {
      const billions = llmChecker[of.variant] ?? Number.NaN;
      return (billions * (isEight(of) ? 1 : 0.5) + 8e-6 * billions * of.contextTokens + 0.35) * gib;
    },
  },
  {
    name: 'canirun.ai',
    quantizations: twoWidths,
    answers: ({ variant }) => canirun[variant] !== undefined,
    bytes: (of) => (canirun[of.variant] ?? Number.NaN) * 1e9 * (isEight(of) ? 1 : 0.5) * 1.1 + 0.5 * gib,
  },
  {
    name: 'oobabooga',
    quantizations: null,
    bytes: (of) => {
      const { fileBytes, layers, hiddenSize, kvHeads } = facts(of);
      const bits = 16;
      const perLayer =
        fileBytes / mib / layers - 17.99552795246051 + 3.148552680382576e-5 * kvHeads.most * bits * of.contextTokens;
      const extra = bits - (Math.floor((50.77817218646521 * hiddenSize) / of.contextTokens) + 9.987899908205632);
      return (perLayer * (layers + Math.max(0.9690636483914102, extra)) + 1516.522943869404) * mib;
    },
  },
  {
    name: "NyxKrage's calculator",
    quantizations: twoWidths,
    bytes: (of) => {
      const { billions, queryHeads, kvHeads, averageHead, uniformKv } = facts(of);
      const weights = (billions.total * 1e9 * (isEight(of) ? 8.5 : 4.85)) / 8;
      return weights + ((of.contextTokens / 1024) * 2 + 0.75) * queryHeads * mib + uniformKv(kvHeads.most, averageHead);
    },
  },
  {
    name: "Ollama's pre-flight",
    quantizations: null,
    bytes: (of) => {
      const { fileBytes, kvHeads, averageHead, uniformKv } = facts(of);
      return fileBytes + uniformKv(kvHeads.least, averageHead);
    },
  },
  { name: 'file x 1.2', quantizations: null, bytes: (of) => facts(of).fileBytes * 1.2 },
];
