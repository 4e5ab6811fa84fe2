import { describe, expect, it } from 'vitest';
import { openRequest } from '../../src/advice/check.ts';
import { type CustomModel, candidateOfCustomModel } from '../../src/advice/custom-model.ts';
import { chooseCandidate } from '../../src/advice/select.ts';
import { variantOf, weightsOf } from '../../src/data/tables.ts';
import type { Machine } from '../../src/machine/types.ts';
import { answerSentence } from '../../src/report/answer.ts';
import { ask, candidate, codes, rtx4090 } from './case.ts';
import { gib, gpu, machine, ram } from './machines.ts';

const context = { version: '0', dataAgeDays: 0 };
const choose = (on: Machine, model: string | null = null, more = {}) =>
  chooseCandidate(on, { ...openRequest, ...more }, model, context);

describe('what pull takes', () => {
  it('what pull takes is what check recommends when nothing is named', () => {
    const { recommendation } = ask(rtx4090(), { contextTokensTotal: 16_384 });
    expect(choose(rtx4090(), null, { contextTokensTotal: 16_384 }).build).toBe(recommendation?.build);
  });

  it('what pull takes is that at the same context', () => {
    const { because, ...chosen } = ask(rtx4090()).recommendation!;
    expect(choose(rtx4090())).toEqual(chosen);
  });

  it('what pull takes asks for a newer Ollama where that is what is missing, in the words of check', () => {
    expect(() => choose(rtx4090(), null, { ollamaVersion: '0.19.4' })).toThrow(
      expect.objectContaining({
        code: 'ollama-too-old',
        message: answerSentence(ask(rtx4090(), { ollamaVersion: '0.19.4' })),
        hint: 'Update Ollama: https://ollama.com/download',
      }),
    );
  });

  it('what pull takes keeps the context that was asked for', () => {
    expect(choose(rtx4090(), '12b', { contextTokensTotal: 8192 }).workload.contextTokensTotal).toBe(8192);
  });

  it('what pull takes has the recommended context where not all of it lies on devices', () => {
    const small = machine([gpu({ freeBytes: 6 * gib })]);
    const chosen = choose(small, '31b');
    expect(chosen.verdict).toBe('split');
    expect(chosen.workload.contextTokensTotal).toBe(candidate(small, chosen.build).workload.contextTokensTotal);
  });

  it.each([
    ['26b', '26b'],
    ['26b:q8_0', '26b-a4b-it-q8_0'],
    ['gemma4:e4b-it-qat', 'e4b-it-qat'],
    [' E2B ', 'e2b'],
  ])('%s names a build', (name, expected) => {
    expect(choose(rtx4090(), name).build).toContain(expected);
  });

  it.each(['7b', '26b:q1_z', 'llama3:8b', ''])('%j names nothing', (name) => {
    expect(() => choose(rtx4090(), name)).toThrow(expect.objectContaining({ code: 'unknown-variant' }));
  });

  it.each([
    [
      '26b',
      { minimumTokensPerSecond: 5000 },
      /^gemma4:26b\S* reaches at most \d+ tok\/s here, and 5000 were asked for\.$/,
    ],
    ['26b', { useCase: 'audio' }, /^gemma4:26b\S* does not take audio input\.$/],
  ] as const)('what pull takes of a name does what was insisted on: %s, %j', (name, more, message) => {
    expect(() => choose(rtx4090(), name, more)).toThrow(expect.objectContaining({ code: 'no-fit' }));
    expect(() => choose(rtx4090(), name, more)).toThrow(message);
    expect(choose(rtx4090(), '26b', { minimumTokensPerSecond: 50 }).variant).toBe('26b');
    expect(choose(rtx4090(), 'e4b', { useCase: 'audio' }).variant).toBe('e4b');
  });

  it('what pull takes is refused when nothing fits', () => {
    const tiny = machine([], { memory: ram(gib) });
    expect(() => choose(tiny)).toThrow(expect.objectContaining({ code: 'no-fit' }));
  });

  it('what pull takes is refused when too little is known', () => {
    const dark = machine([gpu({ freeBytes: null, totalBytes: null })], { memory: ram(null) });
    expect(() => choose(dark)).toThrow(expect.objectContaining({ code: 'cannot-tell' }));
  });
});

describe('a model of one’s own', () => {
  const weights = weightsOf('12b', 'Q4_K_M');
  const own = (change: Partial<CustomModel> = {}): CustomModel => ({
    name: 'mine:latest',
    variant: '12b',
    quantization: 'Q4_K_M',
    architecture: variantOf('12b').architecture,
    weights: weights as NonNullable<typeof weights>,
    projectorBytes: 0,
    projectorInside: false,
    drafterBytes: 0,
    fileBytes: 7_400_000_000,
    ...change,
  });
  const at8k = { ...openRequest, contextTokensTotal: 8192 };
  const judge = (model: CustomModel) => candidateOfCustomModel(model, rtx4090(), at8k);

  it('a model of one’s own needs what a build of the same tensors needs, and keeps its name', () => {
    const mine = judge(own());
    const theirs = candidate(rtx4090(), '12b-it-q4_K_M', { contextTokensTotal: 8192, vision: false });
    expect(mine).toMatchObject({
      tag: 'mine:latest',
      build: 'mine:latest',
      verdict: 'gpu',
      downloadBytes: 7_400_000_000,
    });
    const { weightsBytes, kvCacheBytes, computeBytes } = theirs.need.device;
    expect(mine.need.device).toMatchObject({ weightsBytes, kvCacheBytes, computeBytes });
  });

  it('a model of one’s own takes more with a projector beside it, or inside, and with a draft model', () => {
    const plain = judge(own()).need.device;
    const seeing = judge(own({ projectorBytes: gib })).need.device;
    const inside = judge(own({ projectorBytes: gib, projectorInside: true })).need.device;
    const drafting = judge(own({ drafterBytes: gib })).need.device;
    expect(seeing.projectorBytes).toBeGreaterThanOrEqual(gib);
    expect(inside.projectorBytes).toBeGreaterThanOrEqual(gib);
    expect(drafting.drafterBytes).toBeGreaterThanOrEqual(gib);
    expect(plain).toMatchObject({ projectorBytes: 0, drafterBytes: 0 });
  });

  it('a model of one’s own of an unknown recipe has no speed from the table of recipes, but a place', () => {
    const odd = judge(own({ quantization: null }));
    expect(odd).toMatchObject({ quantization: 'own', verdict: 'gpu' });
    expect(judge(own({ quantization: 'Q4_X' })).quantization).toBe('Q4_X');
  });
});

describe('a context beyond what the model was trained on', () => {
  it('a context beyond what the model was trained on is cut and told', () => {
    const { warnings } = ask(rtx4090(), { contextTokensTotal: 300_000 });
    expect(warnings).toContainEqual({ code: 'context-clamped', askedTokens: 300_000, contextTokens: 262_144 });
    expect(codes(ask(rtx4090(), { contextTokensTotal: 262_144 }).warnings)).not.toContain('context-clamped');
  });
});
