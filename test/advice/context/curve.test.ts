import { describe, expect, it } from 'vitest';
import { curvesOf as curvesOfShown, type NeedCurve } from '../../../src/advice/context/curve.ts';
import type { CheckRequest, CheckResult } from '../../../src/advice/types.ts';
import { variantIds } from '../../../src/data/ids.ts';
import type { Machine } from '../../../src/machine/types.ts';
import { estimateMemory } from '../../../src/model/memory/estimate.ts';
import { onePerVariant } from '../../../src/report/context-matrix.ts';
import { ask } from '../case.ts';
import { gib, gpu, machine, ram } from '../machines.ts';

const card = (freeGiB: number) => machine([gpu({ freeBytes: freeGiB * gib })]);
const doubling = [4096, 8192, 16_384, 32_768, 65_536, 131_072, 262_144];
const projector31b = 1_200_726_400;

/** Of what the reports show. */
const curvesOf = (result: CheckResult) => curvesOfShown(result, onePerVariant(result));

function curves(on: Machine, request: Partial<CheckRequest> = {}): NeedCurve[] {
  return curvesOf(ask(on, request));
}

function curve(on: Machine, variant: string, request: Partial<CheckRequest> = {}): NeedCurve {
  const found = curves(on, request).find((one) => one.variant === variant);
  if (found === undefined) throw new Error(`no curve of ${variant}`);
  return found;
}

/** The models in the order of their first candidate. */
const variantsOf = ({ candidates }: CheckResult) => [...new Set(candidates.map(({ variant }) => variant))];

const contexts = ({ points }: NeedCurve) => points.map(({ contextTokens }) => contextTokens);
const needAt = ({ points }: NeedCurve, tokens: number) =>
  points.find(({ contextTokens }) => contextTokens === tokens)?.needBytes;

describe('the curves of a result', () => {
  it('the curves of a result begin with the recommended build, then the best build of each other model in the order of the candidates', () => {
    const result = ask(card(24), { contextTokensTotal: 16_384 });
    const best = variantsOf(result).map((id) => result.candidates.find((one) => one.variant === id));
    expect(curvesOf(result).map(({ tag }) => tag)).toEqual(best.map((one) => one?.tag));
    expect(curvesOf(result)[0]?.tag).toBe('gemma4:31b-it-qat');
  });

  it('the curves of a result show the recommended build of a model even where another build of it comes first', () => {
    const result = ask(card(24), { contextTokensTotal: 16_384 });
    const [second] = result.candidates.filter(({ build }) => build === '12b-it-qat');
    if (second === undefined) throw new Error('no 12b-it-qat');
    const curvesOfOther = curvesOf({ ...result, recommendation: { ...second, because: [] } });
    expect(curvesOfOther.map(({ variant }) => variant)).toEqual([
      '12b',
      ...variantsOf(result).filter((id) => id !== '12b'),
    ]);
    expect(curvesOfOther[0]?.tag).toBe('gemma4:12b-it-qat');
  });

  it('the curves of a result are drawn without a recommendation too', () => {
    const result = ask(machine([], { memory: ram(gib) }), { contextTokensTotal: 8192 });
    expect(result.recommendation).toBeNull();
    const drawn = curvesOf(result);
    expect(new Set(drawn.map(({ variant }) => variant))).toEqual(new Set(variantIds));
    expect(drawn.map(({ tag }) => tag)).toContain('gemma4:31b-it-qat');
    expect(drawn.flatMap(({ points }) => points).every(({ verdict }) => verdict === 'no')).toBe(true);
  });

  it('the curves of a result of a build that the tables do not have are empty', () => {
    const result = ask(card(24), { contextTokensTotal: 16_384 });
    const candidates = result.candidates.slice(0, 1).map((one) => ({ ...one, build: 'mine', tag: 'mine:latest' }));
    expect(curvesOf({ ...result, candidates, recommendation: null })).toEqual([
      { variant: '31b', tag: 'mine:latest', points: [], trainedContextTokens: 262_144 },
    ]);
  });
});

describe('the corners of a curve', () => {
  it.each([
    ['12b', 512, 1536],
    ['12b', 1024, 2048],
    ['12b', 1100, 2304],
    ['e2b', 512, 1024],
  ])(
    'the corners of a curve of %s at a micro-batch of %s begin where the windows are full, window + micro-batch in steps of 256: %s',
    (variant, microBatch, first) => {
      const request = { microBatch, contextTokens: 16_384, vision: false };
      expect(contexts(curve(card(24), variant, request))[0]).toBe(first);
    },
  );

  it('the corners of a curve go on doubling to the trained context, which is the last', () => {
    const request = { microBatch: 512, contextTokens: 16_384, vision: false };
    expect(contexts(curve(card(24), '31b', request))).toEqual([1536, ...doubling]);
    expect(contexts(curve(card(24), 'e4b', request))).toEqual([1024, ...doubling.slice(0, -1)]);
    expect(curve(card(24), 'e4b', request).trainedContextTokens).toBe(131_072);
  });

  it('the corners of a curve are told once where two fall together', () => {
    expect(contexts(curve(card(24), '12b', { microBatch: 3072, contextTokensTotal: 16_384 }))).toEqual(doubling);
  });

  it('the corners of a curve stand in order where the windows are full late: each sequence has windows of its own', () => {
    const request = { microBatch: 512, sequences: 4, contextTokens: 16_384 };
    const asText = { ...request, vision: false };
    expect(contexts(curve(card(24), '12b', asText))).toEqual([4096, 6144, ...doubling.slice(1)]);
    expect(contexts(curve(card(24), '12b', request))).toEqual(doubling);
  });

  it('the corners of a curve begin no earlier than the server lets a model begin that sees: 2048 for each sequence', () => {
    const request = { microBatch: 512, contextTokens: 16_384 };
    expect(contexts(curve(card(24), '12b', request))[0]).toBe(2048);
    const [first, second] = curve(card(24), '12b', { ...request, sequences: 3 }).points;
    expect([first?.contextTokens, second?.contextTokens]).toEqual([4096, 6144]);
    expect(first?.needBytes).toBe(second?.needBytes);
  });

  it('the corners of a curve of two sequences go beyond what one may have', () => {
    const request = { microBatch: 512, sequences: 2, contextTokens: 16_384 };
    expect(contexts(curve(card(24), 'e2b', request)).at(-1)).toBe(262_144);
  });
});

describe('the points of a curve', () => {
  /** 31b QAT with every layer on the device, its projector there too. */
  function need31b(contextTokens: number, more = {}): number {
    const load = { contextTokens, microBatch: 512, ...more };
    const { device } = estimateMemory({ variant: '31b', quantization: 'Q4_0', ...load });
    return device.weightsBytes + device.kvCacheBytes + device.computeBytes + projector31b;
  }

  it.each([8192, 32_768, 262_144])(
    'the points of a curve are the whole need on the device, fitting or not: at %s',
    (tokens) => {
      expect(needAt(curve(card(24), '31b', { contextTokensTotal: 16_384 }), tokens)).toBe(need31b(tokens));
    },
  );

  it('the points of a curve are at the micro-batch of the candidate throughout, not at the one that the server would choose there', () => {
    const [candidate] = ask(card(24), { contextTokensTotal: 8192 }).candidates.filter(
      ({ variant }) => variant === '31b',
    );
    expect(candidate?.workload.microBatch).toBe(1024);
    const drawn = curve(card(24), '31b', { contextTokensTotal: 8192 });
    expect(contexts(drawn)[0]).toBe(2048);
    expect(needAt(drawn, 262_144)).toBe(need31b(262_144, { microBatch: 1024 }));
  });

  it('the points of a curve are exact at the first corner of a text-only plan, where the windows are just full', () => {
    const text = curve(card(24), '31b', { contextTokensTotal: 16_384, microBatch: 512, vision: false });
    expect(needAt(text, 1536)).toBe(need31b(1536) - projector31b);
  });

  it('the points of a curve keep what was asked: a q8_0 cache, and text alone', () => {
    const q8 = curve(card(24), '31b', { contextTokensTotal: 16_384, kvType: 'q8_0' });
    expect(needAt(q8, 65_536)).toBe(need31b(65_536, { kvType: 'q8_0', backend: 'cuda' }));
    const text = curve(card(24), '31b', { contextTokensTotal: 16_384, vision: false });
    expect(needAt(text, 65_536)).toBe(need31b(65_536) - projector31b);
  });

  it('the points of a curve say what each context comes to: on the card as long as it fits, then partly on the processor', () => {
    const { points } = curve(card(24), '31b', { contextTokensTotal: 16_384 });
    expect(points.map(({ verdict }) => verdict)).toEqual([...Array(5).fill('gpu'), ...Array(3).fill('split')]);
  });

  it('the points of a curve without a device are what lies in RAM', () => {
    const on = machine([]);
    const { points, tag } = curve(on, '12b', { contextTokensTotal: 8192, microBatch: 512 });
    const chosen = ask(on, { contextTokensTotal: 8192, microBatch: 512 }).candidates.find((one) => one.tag === tag);
    const { weightsBytes, kvCacheBytes, computeBytes, projectorBytes, drafterBytes } = chosen?.need.host ?? {
      weightsBytes: 0,
      kvCacheBytes: 0,
      computeBytes: 0,
      projectorBytes: 0,
      drafterBytes: 0,
    };
    const bytes = weightsBytes + kvCacheBytes + computeBytes + projectorBytes + drafterBytes;
    expect(bytes).toBeGreaterThan(7 * gib);
    expect(points.find(({ contextTokens }) => contextTokens === 8192)).toEqual({
      contextTokens: 8192,
      needBytes: bytes,
      verdict: 'cpu',
    });
  });

  it('the points of a curve are those of the server that was asked about: before 0.32.7 the draft model of 12b, 0.47 GB and its buffers, is not loaded', () => {
    const result = ask(card(24), { contextTokensTotal: 16_384 });
    const plain = result.candidates.filter(({ build }) => build === '12b');
    const of = (ollamaVersion: string) => {
      const request = { ...result.request, ollamaVersion };
      return needAt(curvesOf({ ...result, request, candidates: plain, recommendation: null })[0] as NeedCurve, 8192);
    };
    const drafter = (of('0.40.2') ?? 0) - (of('0.32.6') ?? 0);
    expect(drafter).toBeGreaterThan(470_000_000);
    expect(drafter).toBeLessThan(700_000_000);
  });
});
