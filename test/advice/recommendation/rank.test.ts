import { describe, expect, it } from 'vitest';
import type { Demand } from '../../../src/advice/recommendation/exclusions.ts';
import { headroomOf, lossRank, rank, type Standing, standingOf } from '../../../src/advice/recommendation/rank.ts';
import type { Candidate } from '../../../src/advice/types.ts';
import { gib } from '../machines.ts';
import { laid, left, made, pace, parts, worth } from '../made.ts';

const open: Demand = { useCase: null, minimumTokensPerSecond: null };
const order = (candidates: Candidate[], demand = open) => rank(candidates, demand).map(({ build }) => build);
const valued = (id: string, points: number, change: Partial<Candidate> = {}) =>
  made(id, 'gpu', { value: worth(points), ...change });

describe('where a candidate stands', () => {
  it.each<[Standing, string, Candidate, Demand]>([
    ['good', 'it runs', made('12b-it-qat'), open],
    [
      'good',
      'the low end of its speed at full context is the asked minimum',
      made('12b-it-qat'),
      { ...open, minimumTokensPerSecond: 35 },
    ],
    ['unsure', 'it may not reach that', made('12b-it-qat'), { ...open, minimumTokensPerSecond: 36 }],
    ['excluded', 'it never does', made('12b-it-qat'), { ...open, minimumTokensPerSecond: 46 }],
    ['excluded', 'it is deaf', made('26b-a4b-it-qat'), { ...open, useCase: 'audio' }],
    [
      'excluded',
      'agents do not work at that speed',
      valued('12b-it-qat', 60, { value: worth(60, 4.9) }),
      { ...open, useCase: 'agent' },
    ],
    ['excluded', 'it is worth too little for agents', valued('e2b-it-qat', 21), { ...open, useCase: 'agent' }],
    ['good', 'a chat may be slow', valued('12b-it-qat', 12, { value: worth(12, 2) }), open],
    [
      'unvalued',
      'nobody knows how fast it is',
      made('12b-it-qat', 'gpu', { speed: null, speedAtFullContext: null, value: null }),
      open,
    ],
    ['no', 'it does not fit, whatever else', made('26b-a4b-it-qat', 'no'), { ...open, useCase: 'audio' }],
    ['unknown', 'it was not measured, whatever else', made('26b-a4b-it-qat', 'unknown'), { ...open, useCase: 'audio' }],
  ])('where a candidate stands is %s where %s', (standing, _why, candidate, demand) =>
    expect(standingOf(candidate, demand)).toBe(standing),
  );
});

describe('the order', () => {
  it('the order goes by what candidates are worth, wherever they run', () => {
    const split = made('26b-a4b-it-qat', 'split', { value: worth(76) });
    expect(order([valued('e4b-it-qat', 64), split, valued('12b-it-qat', 70)])).toEqual([
      '26b-a4b-it-qat',
      '12b-it-qat',
      'e4b-it-qat',
    ]);
  });

  it('the order puts what answers the demand before what may, that before what does not, and what does not run last', () => {
    const fast = { speedAtFullContext: pace(60) };
    const demand = { ...open, minimumTokensPerSecond: 40 };
    const ladder = [
      valued('e2b-it-qat', 50, fast),
      valued('12b-it-qat', 78),
      made('e4b-it-qat', 'gpu', { speedAtFullContext: null, value: null }),
      valued('31b-it-qat', 84, { speedAtFullContext: pace(9) }),
      made('31b-it-q8_0', 'unknown'),
      made('26b-a4b-it-bf16', 'no'),
    ];
    const expected = ladder.map(({ build }) => build);
    expect(order(ladder, demand)).toEqual(expected);
    expect(order([...ladder].reverse(), demand)).toEqual(expected);
  });

  it('the order of what does not run puts the smallest first', () => {
    const at = (id: string, deviceGiB: number) =>
      made(id, 'no', { need: { device: parts(deviceGiB), host: parts(0) } });
    expect(order([at('31b', 20), at('e2b', 3), at('12b', 8)])).toEqual(['e2b', '12b', '31b']);
  });

  it('the order of the same points takes the faster one, then the one that leaves more, then the name', () => {
    const slow = valued('12b-it-q8_0', 70, { value: worth(70, 20) });
    const tight = valued('12b-it-q4_K_M', 70, { placement: laid('full', [left(1)]) });
    const roomy = valued('12b-it-qat', 70, { placement: laid('full', [left(4)]) });
    const same = valued('26b', 70, { placement: laid('full', [left(1)]) });
    expect(order([slow, same, tight, roomy])).toEqual(['12b-it-qat', '12b-it-q4_K_M', '26b', '12b-it-q8_0']);
  });

  it('the order leaves the given list as it was', () => {
    const given = [valued('e2b-it-qat', 1), valued('12b-it-qat', 2)];
    rank(given, open);
    expect(given.map(({ build }) => build)).toEqual(['e2b-it-qat', '12b-it-qat']);
  });
});

describe('what stays free', () => {
  it('what stays free is the least of any device', () => {
    expect(headroomOf(made('12b-it-qat', 'gpu', { placement: laid('full', [left(4), left(1)]) }))).toBe(gib);
  });

  it('what stays free without a device is what it takes, as a negative number', () => {
    const need = { device: parts(0), host: parts(5, 2, 1) };
    expect(headroomOf(made('12b-it-qat', 'cpu', { need }))).toBe(-8 * gib);
  });
});

it('losses are ordered as in the table: Q8_0, then QAT, then Q4_K_M; unknown ones last', () => {
  const ranks = ['Q8_0', 'QAT Q4_0', 'Q4_K_M', 'Q2_K', 'something'].map(lossRank);
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  expect(lossRank('BF16')).toBe(lossRank('Q8_0'));
});
