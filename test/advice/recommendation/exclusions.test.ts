import { describe, expect, it } from 'vitest';
import { type Demand, exclusionsOf } from '../../../src/advice/recommendation/exclusions.ts';
import { reachesSpeed } from '../../../src/advice/run-outcome.ts';
import type { Candidate, UseCase } from '../../../src/advice/types.ts';
import { buildById } from '../../../src/data/tables.ts';
import { ask, candidate, rtx4090 } from '../case.ts';
import { gib, gpu, machine } from '../machines.ts';
import { pace, worth } from '../made.ts';

const sample = candidate(rtx4090(), '26b-a4b-it-qat');
const nothing: Demand = { useCase: null, minimumTokensPerSecond: null };

function excluded(changes: Partial<Candidate>, demand: Partial<Demand>) {
  return exclusionsOf({ ...sample, ...changes }, { ...nothing, ...demand });
}

const full = (low: number, high: number) => ({ speedAtFullContext: pace(low, high) });

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
  ])(
    'a candidate is no answer where the use wants an input it does not take: %s for %s misses %s',
    (build, useCase, modality) => {
      const expected = modality === null ? [] : [{ code: 'missing-modality', modality }];
      expect(excluded({ build }, { useCase })).toEqual(expected);
    },
  );

  it('a candidate is no answer to text alone where its encoder is in one file with the weights', () => {
    const blind = { workload: { ...sample.workload, vision: false } };
    const inside = { code: 'encoder-inside', tag: 'gemma4:26b-a4b-it-q8_0' };
    expect(excluded({ build: '26b-a4b-it-q8_0', ...blind }, {})).toEqual([inside]);
    expect(excluded({ build: '26b-a4b-it-q8_0' }, {})).toEqual([]);
    expect(excluded({ build: '26b-a4b-it-qat', ...blind }, {})).toEqual([]);
    const roomy = ask(machine([gpu({ freeBytes: 90 * gib })]), { vision: false, useCase: 'chat' });
    expect(buildById(roomy.recommendation?.build ?? '')?.projector).toBe('separate');
  });

  it('a candidate is no answer where the use wants an input and nobody knows the build', () => {
    expect(excluded({ build: 'mine' }, { useCase: 'vision' })).toEqual([
      { code: 'missing-modality', modality: 'image' },
    ]);
    expect(excluded({ build: 'mine' }, { useCase: 'chat' })).toEqual([]);
  });

  it('a candidate is no answer where several requests at once were asked for and MLX serves one after the other', () => {
    const several = { workload: { ...sample.workload, sequences: 4 } };
    expect(excluded({ build: '26b+mlx', ...several }, {})).toEqual([{ code: 'mlx-one-request', sequences: 4 }]);
    expect(excluded({ build: '26b-a4b-it-qat', ...several }, {})).toEqual([]);
  });

  it('a candidate is no answer where the server is too old to load the encoders of an MLX build', () => {
    const blind = { workload: { ...sample.workload, vision: false } };
    expect(excluded({ build: '26b+mlx', ...blind }, { useCase: 'vision' })).toHaveLength(1);
    expect(excluded({ build: '26b+mlx' }, { useCase: 'vision' })).toEqual([]);
  });

  it('a candidate is no answer where even its highest speed with the context in use is below what is wanted, and says both', () => {
    const told = excluded({ speed: pace(90), ...full(20, 30) }, { minimumTokensPerSecond: 31 });
    expect(told).toEqual([{ code: 'too-slow', tokensPerSecond: 30, minimumTokensPerSecond: 31 }]);
  });

  it.each([30, 29, 21, 5])(
    'a candidate may be an answer where its speed of 20 to 30 may reach %s',
    (minimumTokensPerSecond) => {
      expect(excluded(full(20, 30), { minimumTokensPerSecond })).toEqual([]);
    },
  );

  it('a candidate may be an answer where nobody knows its speed, or nobody asked for one', () => {
    expect(excluded({ speedAtFullContext: null }, { minimumTokensPerSecond: 100 })).toEqual([]);
    expect(excluded(full(0.1, 0.2), {})).toEqual([]);
  });

  it.each(['agent', 'code'] as const)(
    'a candidate is no answer for %s below five tokens a second, or worth next to nothing',
    (useCase) => {
      const told = { code: 'not-for-use', useCase, leastTokensPerSecond: 5 };
      expect(excluded({ value: worth(60, 4.9) }, { useCase })).toEqual([{ ...told, tokensPerSecond: 4.9 }]);
      expect(excluded({ value: worth(21, 30) }, { useCase })).toEqual([{ ...told, tokensPerSecond: 30 }]);
      expect(excluded({ value: worth(22, 5) }, { useCase })).toEqual([]);
      expect(excluded({ value: worth(2, 1) }, { useCase: 'chat' })).toEqual([]);
    },
  );

  it('a candidate is no answer for both reasons, the input first', () => {
    const demand = { useCase: 'audio', minimumTokensPerSecond: 9 } as const;
    expect(excluded(full(1, 2), demand).map(({ code }) => code)).toEqual(['missing-modality', 'too-slow']);
  });
});

it('a speed is reached for certain, certainly not, or nobody knows', () => {
  const at = (minimum: number) => reachesSpeed({ ...sample, ...full(20, 30) }, minimum);
  expect([at(20), at(20.1), at(30), at(30.1)]).toEqual([true, null, null, false]);
  expect(reachesSpeed({ ...sample, speedAtFullContext: null }, 1)).toBeNull();
});
