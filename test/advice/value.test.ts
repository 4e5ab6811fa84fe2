import { describe, expect, it } from 'vitest';
import { useCases } from '../../src/advice/types.ts';
import { profileOf, qualityPoints } from '../../src/advice/use-case.ts';
import {
  contextPoints,
  countedSpeed,
  speedPoints,
  type ValuedRun,
  wantedContext,
  worthOf,
} from '../../src/advice/value.ts';
import { adviceTable } from '../../src/data/advice.ts';
import { builds } from '../../src/data/tables.ts';
import { gib } from './machines.ts';
import { pace } from './made.ts';

const run: ValuedRun = {
  variant: '26b',
  quantization: 'QAT Q4_0',
  workload: { contextTokensPerSequence: 32_768, kvType: 'f16' },
  verdict: 'gpu',
  speed: pace(25),
};
const worth = (change: Partial<ValuedRun> = {}, wanted = 32_768) => worthOf({ ...run, ...change }, 'chat', wanted);

describe('the value of a run', () => {
  it('the value of a run is the sum of its parts, each of which can be told by itself', () => {
    const value = worth({ verdict: 'split', workload: { contextTokensPerSequence: 16_384, kvType: 'q8_0' } });
    const { points, tokensPerSecond, ...parts } = value!;
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(points, 9);
    expect(parts).toMatchObject({ quality: 82.45, weightLoss: -0.5, context: -6, fragility: -1 });
    expect(parts.cacheLoss).toBe(-1.13);
  });

  it('the value of a run is nothing that could be compared where it does not run, or nobody knows how fast', () => {
    expect(worth({ verdict: 'no' })).toBeNull();
    expect(worth({ verdict: 'unknown' })).toBeNull();
    expect(worth({ speed: null })).toBeNull();
  });

  it('the value of a run counts the quality of the use: the mean of its benchmarks', () => {
    expect(qualityPoints('26b', 'chat')).toBeCloseTo((82.6 + 82.3) / 2, 9);
    expect(qualityPoints('26b', 'code')).toBeCloseTo(77.1, 9);
    expect(qualityPoints('26b', 'agent')).toBeCloseTo((68.2 + 77.1) / 2, 9);
    expect(qualityPoints('12b', 'long')).toBeCloseTo((43.4 + 77.2) / 2, 9);
  });

  it('the value of a run knows the loss of every quantization of the table of builds that can be recommended', () => {
    const known = new Set(adviceTable.weightLoss.flatMap(({ quantizations }) => quantizations));
    const missing = builds.filter(({ recommendable, quantization }) => recommendable && !known.has(quantization));
    expect(missing.map(({ id }) => id)).toEqual([]);
    expect(worth({ quantization: 'never heard of' })?.weightLoss).toBe(-8);
  });
});

describe('what the CPU takes part in', () => {
  const fragility = (ramRemainingBytes: number | null, verdict: ValuedRun['verdict'] = 'split') =>
    worth({ verdict, ramRemainingBytes })?.fragility;

  it('what the CPU takes part in costs more the less RAM it leaves for everything else', () => {
    expect([4, 2, 1.5, 1, 0].map((left) => fragility(left * gib))).toEqual([-1, -1, -4, -7, -13]);
    expect(fragility(gib, 'cpu')).toBe(-7);
  });

  it('what the CPU takes part in costs no more where what is left is not known', () => {
    expect(fragility(null)).toBe(-1);
    expect(worth({ verdict: 'split' })?.fragility).toBe(-1);
  });

  it('what the CPU takes part in costs nothing where all of it is on the GPU', () => {
    expect(fragility(0, 'gpu')).toBe(0);
  });
});

describe('the speed that counts', () => {
  it('the speed that counts is the likely one on a GPU, and less where the CPU takes part', () => {
    const speed = pace(10, 40);
    expect(countedSpeed(speed, 'gpu')).toBe(20);
    expect(countedSpeed(speed, 'split')).toBeCloseTo(Math.sqrt(200), 9);
    expect(countedSpeed(speed, 'cpu')).toBe(countedSpeed(speed, 'split'));
  });

  it('the speed that counts is the middle of a band that an assumed bandwidth has made wide', () => {
    expect(countedSpeed({ ...pace(5, 20), basis: 'assumed' }, 'cpu')).toBe(10);
  });
});

describe('points of a speed', () => {
  it.each([
    [25, 0],
    [50, 1],
    [1000, 1.5],
    [12.5, -6],
    [10, -6 * Math.log2(2.5)],
    [5, -6 * Math.log2(5) - 13],
  ])('%s tokens a second where 25 are wanted: %s', (speed, points) => {
    expect(speedPoints(speed, 25)).toBeCloseTo(points, 9);
  });

  it('points of a speed rise with the speed', () => {
    const speeds = Array.from({ length: 200 }, (_, index) => 1.05 ** index / 10);
    const points = speeds.map((speed) => speedPoints(speed, 40));
    for (const [index, value] of points.entries()) {
      if (index > 0) expect(value).toBeGreaterThanOrEqual(points[index - 1]!);
    }
  });
});

describe('points of a context', () => {
  it.each([
    [32_768, 0],
    [262_144, 0],
    [16_384, -6],
    [8192, -18],
    [4096, -30],
  ])('%s tokens where 32K are wanted: %s', (tokens, points) => {
    expect(contextPoints(tokens, 32_768)).toBeCloseTo(points, 9);
  });
});

describe('the context that is wanted', () => {
  it('the context that is wanted is what was asked for each sequence, else what the use wants', () => {
    const asked = { contextTokensTotal: 65_536, sequences: 4, useCase: null };
    expect(wantedContext(asked)).toBe(16_384);
    expect(wantedContext({ ...asked, contextTokensTotal: null, useCase: 'agent' })).toBe(65_536);
    expect(wantedContext({ ...asked, contextTokensTotal: 'max' })).toBe(32_768);
  });
});

it('every use has a row, with a reason', () => {
  for (const use of useCases) expect(profileOf(use).reason.length).toBeGreaterThan(10);
});
