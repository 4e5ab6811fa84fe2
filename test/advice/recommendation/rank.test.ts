import { describe, expect, it } from 'vitest';
import type { Demand } from '../../../src/advice/recommendation/exclusions.ts';
import {
  type Comfort,
  comfortOf,
  floorOf,
  headroomOf,
  lossRank,
  middleOf,
  rank,
} from '../../../src/advice/recommendation/rank.ts';
import type { Candidate } from '../../../src/advice/types.ts';
import { gib } from '../machines.ts';
import { clamped, laid, left, made, pace, parts } from '../made.ts';

const open: Demand = { useCase: null, minimumTokensPerSecond: null };
const other = { code: 'mlx-build', tag: 'gemma4:26b' } as const;
const order = (candidates: Candidate[], demand = open) => rank(candidates, demand).map(({ build }) => build);
const bothWays = (candidates: Candidate[], demand = open) =>
  [candidates, [...candidates].reverse()].map((some) => order(some, demand));

it('of models that were not trained for the asked context, one on the device comes before a better one that is split', () => {
  const short = { reasons: [clamped] };
  const [whole, split, cpu] = [
    made('12b-it-qat', 'gpu', short),
    made('31b', 'split', short),
    made('31b', 'cpu', short),
  ];
  expect(rank([cpu, split, whole], { useCase: null, minimumTokensPerSecond: null })).toEqual([whole, split, cpu]);
});

describe('comfort', () => {
  it.each<[Comfort, string, Candidate, Demand]>([
    ['comfortable', 'all on a device at just the pace of a chat', made('12b-it-qat', 'gpu', { speed: pace(8) }), open],
    ['slow-on-device', 'the same a little slower', made('12b-it-qat', 'gpu', { speed: pace(7.9, 20) }), open],
    ['comfortable', 'all on a device of unknown speed', made('12b-it-qat', 'gpu', { speed: null }), open],
    ['usable', 'a part on the processor at a good pace', made('12b-it-qat', 'split', { speed: pace(8) }), open],
    ['slow', 'a part on the processor, slower', made('12b-it-qat', 'split', { speed: pace(7.9, 20) }), open],
    ['unknown-speed', 'a processor of unknown speed', made('12b-it-qat', 'cpu', { speed: null }), open],
    ['slow', 'too slow for code', made('12b-it-qat', 'cpu', { speed: pace(14, 99) }), { ...open, useCase: 'code' }],
    ['comfortable', 'remarked upon', made('12b-it-qat', 'gpu', { reasons: [other] }), open],
    ['short', 'not trained for the context', made('12b-it-qat', 'gpu', { reasons: [other, clamped] }), open],
    ['excluded', 'deaf', made('26b-a4b-it-qat'), { ...open, useCase: 'audio' }],
    ['excluded', 'never that fast', made('12b-it-qat'), { ...open, minimumTokensPerSecond: 50.1 }],
    [
      'comfortable',
      'said to be slow only by the use',
      made('12b-it-qat'),
      { useCase: 'code', minimumTokensPerSecond: 1 },
    ],
    ['no', 'not fitting, whatever else', made('26b-a4b-it-qat', 'no'), { ...open, useCase: 'audio' }],
    ['unknown', 'not measured, whatever else', made('26b-a4b-it-qat', 'unknown'), { ...open, useCase: 'audio' }],
  ])('is %s: %s', (comfort, _what, candidate, demand) => expect(comfortOf(candidate, demand)).toBe(comfort));

  it('has its floor from what was asked, else from the use, else from a chat', () => {
    expect(floorOf({ useCase: 'agent', minimumTokensPerSecond: 3 })).toBe(3);
    expect(floorOf({ useCase: 'agent', minimumTokensPerSecond: null })).toBe(15);
    expect(floorOf(open)).toBe(8);
  });
});

describe('the order', () => {
  it('goes by comfort before anything else, so that a small model that runs well beats a large one that does not', () => {
    const hears: Demand = { useCase: 'audio', minimumTokensPerSecond: null };
    const ladder = [
      made('e2b-it-q4_K_M', 'gpu'),
      made('e2b-it-q8_0', 'split'),
      made('e2b-it-bf16', 'gpu', { speed: pace(1) }),
      made('e4b-it-q4_K_M', 'cpu', { speed: null }),
      made('e4b-it-q8_0', 'cpu', { speed: pace(1) }),
      made('e4b-it-bf16', 'gpu', { reasons: [clamped] }),
      made('12b-it-q8_0', 'unknown'),
      made('26b-a4b-it-q8_0', 'gpu'),
      made('31b-it-q8_0', 'no'),
    ];
    const expected = ladder.map(({ build }) => build);
    expect(bothWays(ladder, hears)).toEqual([expected, expected]);
  });

  it('leaves the given list as it was', () => {
    const given = [made('e2b-it-qat'), made('31b-it-qat')];
    expect(order(given)).toEqual(['31b-it-qat', 'e2b-it-qat']);
    expect(given.map(({ build }) => build)).toEqual(['e2b-it-qat', '31b-it-qat']);
  });

  it.each<[string, Demand, string[]]>([
    ['a chat, by MMLU Pro', open, ['31b-it-qat', '26b-a4b-it-qat', '12b-it-qat']],
    [
      'agents, by tau2, where 12b is before 26b',
      { ...open, useCase: 'agent' },
      ['31b-it-qat', '12b-it-qat', '26b-a4b-it-qat'],
    ],
  ])('among comfortable ones goes by the benchmark of %s', (_use, demand, expected) => {
    const some = ['26b-a4b-it-qat', '12b-it-qat', '31b-it-qat'].map((id) => made(id));
    expect(bothWays(some, demand)).toEqual([expected, expected]);
  });

  it('then goes by what the build loses', () => {
    const expected = ['12b-it-q8_0', '12b-it-qat', '12b-it-q4_K_M'];
    const some = ['12b-it-qat', '12b-it-q4_K_M', '12b-it-q8_0'].map((id) => made(id));
    expect(bothWays(some)).toEqual([expected, expected]);
  });

  const roomier = { placement: laid('full', [left(9)]) };
  it.each<[string, Partial<Candidate>, Partial<Candidate>]>([
    ['more room, before more speed', roomier, { speed: pace(90) }],
    ['more speed', { speed: pace(40, 52) }, { speed: pace(44, 46) }],
    ['a known speed', { speed: pace(40) }, { speed: null }],
  ])('then prefers %s', (_what, better, worse) => {
    const some = [made('12b-it-q8_0', 'gpu', better), made('12b-it-bf16', 'gpu', worse)];
    expect(bothWays(some)).toEqual([
      ['12b-it-q8_0', '12b-it-bf16'],
      ['12b-it-q8_0', '12b-it-bf16'],
    ]);
  });

  it('at last goes by the name, and takes two of one name as they came', () => {
    const expected = ['12b-it-bf16', '12b-it-q8_0'];
    expect(bothWays([made('12b-it-q8_0'), made('12b-it-bf16')])).toEqual([expected, expected]);
    const twins = [made('12b-it-qat', 'gpu', { downloadBytes: 1 }), made('12b-it-qat', 'gpu', { downloadBytes: 2 })];
    expect(rank(twins, open)).toEqual(twins);
  });
});

describe('where it is slow anyway', () => {
  it.each(['gpu', 'split', 'cpu'] as const)('the quicker one comes first, not the better one: %s', (verdict) => {
    const expected = ['e2b-it-qat', '31b-it-qat'];
    const some = [
      made('31b-it-qat', verdict, { speed: pace(2, 3) }),
      made('e2b-it-qat', verdict, { speed: pace(2, 4) }),
    ];
    expect(bothWays(some)).toEqual([expected, expected]);
  });

  it('and equally slow, the better one comes first', () => {
    const slow = { speed: pace(2, 3) };
    expect(order([made('e2b-it-qat', 'cpu', slow), made('31b-it-qat', 'cpu', slow)])).toEqual([
      '31b-it-qat',
      'e2b-it-qat',
    ]);
  });

  it('or may be, the one with fewer active parameters does: 26b has 3.8 billion, e4b 4.5, e2b 2.3', () => {
    const some = ['31b-it-qat', 'e4b-it-qat', '26b-a4b-it-qat', 'e2b-it-qat'].map((id) =>
      made(id, 'cpu', { speed: null }),
    );
    const expected = ['e2b-it-qat', '26b-a4b-it-qat', 'e4b-it-qat', '31b-it-qat'];
    expect(bothWays(some)).toEqual([expected, expected]);
  });

  it('and among builds of one model the one with the fewest bytes of weights, device and RAM together', () => {
    const need = (device: number, host: number) => ({
      speed: null,
      need: { device: parts(device), host: parts(host, 9) },
    });
    const some = [made('12b-it-q8_0', 'split', need(1, 11)), made('12b-it-q4_K_M', 'split', need(4, 4))];
    expect(bothWays(some)).toEqual([
      ['12b-it-q4_K_M', '12b-it-q8_0'],
      ['12b-it-q4_K_M', '12b-it-q8_0'],
    ]);
  });
});

describe('figures of a candidate', () => {
  it('headroom is the least that stays free on any of its devices', () => {
    const two = laid('full', [left(3), left(2, 'nvidia:1')]);
    expect(headroomOf(made('12b-it-qat', 'gpu', { placement: two }))).toBe(2 * gib);
  });

  it('headroom without a device is what the model takes of the RAM, below zero', () => {
    const need = { device: parts(0), host: { ...parts(7, 2, 1), drafterBytes: gib } };
    expect(headroomOf(made('12b-it-qat', 'cpu', { need }))).toBe(-10 * gib);
  });

  it('the middle of a speed lies between its ends', () => expect(middleOf(pace(10, 30))).toBe(20));

  it.each([
    ['BF16', 0],
    ['MXFP8', 0],
    ['QAT Q4_0', 1],
    ['NVFP4', 2],
    ['Q4_K_M', 3],
    ['Q2_K', 7],
    ['own', 8],
  ])('loss of %s has rank %s of eight; what nobody ranked comes after all', (quantization, expected) => {
    expect(lossRank(quantization)).toBe(expected);
  });
});
