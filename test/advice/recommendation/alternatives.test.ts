import { describe, expect, it } from 'vitest';
import { openRequest } from '../../../src/advice/check.ts';
import { alternativesTo } from '../../../src/advice/recommendation/alternatives.ts';
import type { Candidate, CheckRequest } from '../../../src/advice/types.ts';
import { laid, left, made, pace, worth } from '../made.ts';

const at = (id: string, points: number, low: number, change: Partial<Candidate> = {}) =>
  made(id, 'gpu', { speed: pace(low), value: worth(points, low), ceilingTokens: 8192, ...change });
const chosen = at('26b-a4b-it-qat', 83, 40);
const to = (others: Candidate[], request: Partial<CheckRequest> = {}, best: Candidate | null = chosen) =>
  alternativesTo(best, best === null ? others : [best, ...others], { ...openRequest, ...request });

describe('the best quality', () => {
  it('the best quality is the best model that runs at five tokens a second, with what it is against the chosen one', () => {
    const slow = at('31b-it-qat', 70, 8);
    const { bestQuality } = to([at('12b-it-qat', 78, 60), slow, at('31b-it-q8_0', 60, 6)]);
    expect(bestQuality).toMatchObject({ tag: slow.tag, timesAsFast: 0.2 });
    expect(bestQuality?.qualityDifference).toBeCloseTo(84.75 - 82.45, 9);
  });

  it('the best quality is nothing where that is the chosen one, or nobody would read along', () => {
    expect(to([at('12b-it-qat', 78, 60)]).bestQuality).toBeNull();
    expect(to([at('31b-it-qat', 50, 4.9)]).bestQuality).toBeNull();
    expect(to([made('31b-it-qat', 'no')]).bestQuality).toBeNull();
  });
});

describe('the best quality and its context', () => {
  const withContext = (tokens: number) => {
    const workload = { ...chosen.workload, contextTokensTotal: tokens, contextTokensPerSequence: tokens };
    return at('31b-it-qat', 70, 8, { workload });
  };
  const wide = at('26b-a4b-it-qat', 83, 40, {
    workload: { ...chosen.workload, contextTokensTotal: 32_768, contextTokensPerSequence: 32_768 },
  });

  it('the best quality holds at least half of what the use wants: less is not used', () => {
    expect(to([withContext(16_384)], {}, wide).bestQuality).not.toBeNull();
    expect(to([withContext(8192)], {}, wide).bestQuality).toBeNull();
  });

  it('the best quality holds as much as the chosen one where that has less', () => {
    expect(to([withContext(8192)]).bestQuality).not.toBeNull();
  });
});

describe('the faster one', () => {
  it('the faster one is the most worth of those that are twice as fast, not the fastest', () => {
    const others = [at('12b-it-qat', 78, 79), at('e4b-it-qat', 64, 80), at('e2b-it-qat', 52, 200)];
    expect(to(others).faster).toMatchObject({ tag: 'gemma4:e4b-it-qat', timesAsFast: 2 });
  });

  it('the faster one is nothing where none is', () => {
    expect(to([at('12b-it-qat', 78, 79)]).faster).toBeNull();
  });
});

describe('the longer context', () => {
  it('the longer context is the next steps of the chosen one itself, where it keeps its place', () => {
    const roomy = at('26b-a4b-it-qat', 83, 40, { ceilingTokens: 200_000 });
    const { longerContext } = to([at('12b-it-qat', 78, 60, { ceilingTokens: 262_144 })], {}, roomy);
    expect(longerContext).toMatchObject({ tag: roomy.tag, contextTokensPerSequence: 131_072 });
  });

  it('the longer context is the best of the others that adds a step', () => {
    const { longerContext } = to([
      at('e4b-it-qat', 64, 80, { ceilingTokens: 16_383 }),
      at('12b-it-qat', 60, 60, { ceilingTokens: 40_000 }),
    ]);
    expect(longerContext).toMatchObject({ tag: 'gemma4:12b-it-qat', contextTokensPerSequence: 32_768 });
  });

  it('the longer context is of each sequence', () => {
    const workload = { ...chosen.workload, sequences: 4, contextTokensTotal: 32_768, contextTokensPerSequence: 8192 };
    const shared = at('26b-a4b-it-qat', 83, 40, { workload, ceilingTokens: 65_536 });
    const { longerContext } = to([], { sequences: 4 }, shared);
    expect(longerContext).toMatchObject({ contextTokensPerSequence: 16_384, contextTokensTotal: 65_536 });
  });

  it('the longer context is nothing where the chosen one is partly in RAM, and takes more of it by being asked', () => {
    const split = made('26b-a4b-it-qat', 'split', { speed: pace(15), value: worth(75, 15), ceilingTokens: null });
    expect(to([at('12b-it-qat', 60, 60, { ceilingTokens: 40_000 })], {}, split).longerContext).toBeNull();
  });

  it('the longer context is nothing where no step is added, or a context was asked for', () => {
    expect(to([at('12b-it-qat', 78, 60)]).longerContext).toBeNull();
    const roomy = at('26b-a4b-it-qat', 83, 40, { ceilingTokens: 200_000 });
    expect(to([], { contextTokensTotal: 8192 }, roomy).longerContext).toBeNull();
  });
});

it('nothing chosen has no alternatives, and what does not answer the request is none', () => {
  expect(to([chosen], {}, null)).toEqual({ bestQuality: null, faster: null, longerContext: null });
  const deaf = at('31b-it-qat', 70, 8);
  const hears = made('12b-it-qat', 'gpu', { placement: laid('full', [left(1)]) });
  expect(to([deaf], { useCase: 'audio' }, hears).bestQuality).toBeNull();
});
