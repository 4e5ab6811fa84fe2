import { describe, expect, it } from 'vitest';
import { type Demand, exclusionsOf } from '../../../src/advice/recommendation/exclusions.ts';
import type { Candidate, UseCase } from '../../../src/advice/types.ts';
import { candidate, rtx4090 } from '../case.ts';

const sample = candidate(rtx4090(), '26b-a4b-it-qat');
const nothing: Demand = { useCase: null, minimumTokensPerSecond: null };

function excluded(changes: Partial<Candidate>, demand: Partial<Demand>) {
  return exclusionsOf({ ...sample, ...changes }, { ...nothing, ...demand });
}

function speed(low: number, high: number): Pick<Candidate, 'speed'> {
  return { speed: { lowTokensPerSecond: low, highTokensPerSecond: high, basis: 'formula' } };
}

describe('a candidate is no answer', () => {
  it.each<[string, UseCase | null, string | null]>([
    ['26b-a4b-it-qat', null, null],
    ['26b-a4b-it-qat', 'code', null],
    ['26b-a4b-it-qat', 'vision', null],
    ['26b-a4b-it-qat', 'audio', 'audio'],
    ['e2b', 'audio', null],
    ['e2b-mlx', 'vision', 'image'],
    ['e2b-mlx', 'audio', 'audio'],
    ['e2b-mlx', 'long', null],
  ])('where the use wants an input it does not take: %s for %s misses %s', (build, useCase, modality) => {
    const expected = modality === null ? [] : [{ code: 'missing-modality', modality }];
    expect(excluded({ build }, { useCase })).toEqual(expected);
  });

  it('where the use wants an input and nobody knows the build', () => {
    expect(excluded({ build: 'mine' }, { useCase: 'vision' })).toEqual([
      { code: 'missing-modality', modality: 'image' },
    ]);
    expect(excluded({ build: 'mine' }, { useCase: 'chat' })).toEqual([]);
  });

  it('where several requests at once were asked for and MLX serves one after the other', () => {
    const several = { workload: { ...sample.workload, sequences: 4 } };
    expect(excluded({ build: '26b+mlx', ...several }, {})).toEqual([{ code: 'mlx-one-request', sequences: 4 }]);
    expect(excluded({ build: '26b-a4b-it-qat', ...several }, {})).toEqual([]);
  });

  it('where the server is too old to load the encoders of an MLX build', () => {
    const blind = { workload: { ...sample.workload, vision: false } };
    expect(excluded({ build: '26b+mlx', ...blind }, { useCase: 'vision' })).toHaveLength(1);
    expect(excluded({ build: '26b+mlx' }, { useCase: 'vision' })).toEqual([]);
  });

  it('where even its highest speed is below what is wanted, and says both', () => {
    expect(excluded(speed(20, 30), { minimumTokensPerSecond: 31 })).toEqual([
      { code: 'too-slow', tokensPerSecond: 30, minimumTokensPerSecond: 31 },
    ]);
  });

  it.each([30, 29, 21, 5])('but not where its speed of 20 to 30 may reach %s', (minimumTokensPerSecond) => {
    expect(excluded(speed(20, 30), { minimumTokensPerSecond })).toEqual([]);
  });

  it('but not for a speed that nobody knows, or that nobody asked for', () => {
    expect(excluded({ speed: null }, { minimumTokensPerSecond: 100 })).toEqual([]);
    expect(excluded(speed(0.1, 0.2), {})).toEqual([]);
  });

  it('for both reasons, the input first', () => {
    const codes = excluded(speed(1, 2), { useCase: 'audio', minimumTokensPerSecond: 9 }).map(({ code }) => code);
    expect(codes).toEqual(['missing-modality', 'too-slow']);
  });
});
