/**
 * Makes a tiny Gemma 4 model with random weights, for running a real server in tests without real weights:
 *
 *   node test/tools/tiny-gemma4.ts OUT.gguf [dense|experts|shared] [seed]
 *
 * `dense` has the make of 31b, `experts` that of 26b, `shared` that of e2b (per-layer embeddings, shared KV).
 * Same kind and seed, same bytes. It talks nonsense in printable ASCII and never stops by itself.
 */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Gemma4Shape, TensorShape } from './gemma4-shape.ts';
import { shapeMetadata, tensorShapes } from './gemma4-shape.ts';
import { firstTextToken, tinyTokens, tokenizerMetadata } from './gemma4-tokenizer.ts';
import { ggufBytes, type Tensor } from './gguf-writer.ts';

export type TinyKind = 'dense' | 'experts' | 'shared';

const layers = (count: number, fullEvery: number): boolean[] =>
  Array.from({ length: count }, (_, i) => (i + 1) % fullEvery !== 0);

const common = {
  hiddenWidth: 64,
  vocabulary: tinyTokens.length,
  contextTokens: 8192,
  windowTokens: 512,
  queryHeads: 4,
  fullHeadWidth: 64,
  slidingHeadWidth: 32,
  feedForwardWidth: 128,
  doubleWideShared: false,
  sharedKvLayers: 0,
  perLayerWidth: 0,
  keyIsValue: true,
};

const shapes: Record<TinyKind, Gemma4Shape> = {
  dense: { ...common, name: 'tiny dense', sliding: layers(6, 6), kvHeads: { full: 1, sliding: 2 } },
  experts: {
    ...common,
    name: 'tiny experts',
    sliding: layers(6, 6),
    kvHeads: { full: 1, sliding: 2 },
    experts: { count: 8, used: 2, width: 32 },
  },
  shared: {
    ...common,
    name: 'tiny shared',
    sliding: layers(10, 5),
    kvHeads: { full: 1, sliding: 1 },
    sharedKvLayers: 5,
    doubleWideShared: true,
    perLayerWidth: 32,
    keyIsValue: false,
  },
};

/** Numbers in [-1, 1), the same for the same seed (xorshift32). */
function randomNumbers(seed: number): () => number {
  let state = (seed * 2654435761 + 1) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 31 - 1;
  };
}

/** Weights keep a layer's output near its input's size; control and byte tokens get zeros, so none is ever chosen. */
function weights(t: TensorShape, next: () => number): Float32Array {
  const out = new Float32Array(t.dimensions.reduce((a, b) => a * b, 1));
  if (t.kind === 'norm' || t.kind === 'scale') return out.fill(1);
  const width = t.dimensions[0] ?? 1;
  if (t.kind === 'ropeFactors') return out.map((_, i) => (i < out.length / 4 ? 1 : 1e30));
  const firstRow = t.name === 'token_embd.weight' ? firstTextToken : 0;
  for (let i = 0; i < out.length; i++) {
    const value = next() / Math.sqrt(width);
    out[i] = i < firstRow * width ? 0 : value;
  }
  return out;
}

/** The bytes of one tiny model; well below 20 MB for every kind. */
export function tinyGemma4(kind: TinyKind, seed = 1): Buffer {
  const shape = shapes[kind];
  const next = randomNumbers(seed);
  const tensors = tensorShapes(shape).map((t): Tensor => {
    const values = weights(t, next);
    return { name: t.name, dimensions: t.dimensions, type: 'F32', bytes: new Uint8Array(values.buffer) };
  });
  return ggufBytes(new Map([...shapeMetadata(shape), ...tokenizerMetadata()]), tensors);
}

function main(args: readonly string[]): void {
  const [path, kind = 'dense', seed = '1'] = args;
  if (path === undefined || !(kind in shapes)) {
    process.stderr.write('usage: node tiny-gemma4.ts OUT.gguf [dense|experts|shared] [seed]\n');
    process.exitCode = 2;
    return;
  }
  writeFileSync(path, tinyGemma4(kind as TinyKind, Number(seed)));
}

if (/tiny-gemma4\.ts$/.test(import.meta.url) && import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main(process.argv.slice(2));
}
