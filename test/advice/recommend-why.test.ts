import { describe, expect, it } from 'vitest';
import type { Demand } from '../../src/advice/recommendation/exclusions.ts';
import { recommend } from '../../src/advice/recommendation/recommend.ts';
import type { Candidate } from '../../src/advice/types.ts';
import { codes, finding } from './case.ts';
import { gib } from './machines.ts';
import { clamped, laid, left, made, pace, parts } from './made.ts';

const open: Demand = { useCase: null, minimumTokensPerSecond: null };
const why = (ranked: Candidate[], demand = open) => recommend(ranked, demand)?.because ?? [];
const lame = { speed: pace(2, 3) };
const spills = (missingBytes: number) => ({ code: 'spills', gpuLayers: 40, totalLayers: 61, missingBytes }) as const;
const experts = { code: 'experts-on-cpu', layers: 7, totalLayers: 30, missingBytes: 3 * gib } as const;
const open3 = { code: 'mlx-build', tag: 'gemma4:26b' } as const;

describe('what is recommended', () => {
  it('is the first that runs and answers the demand, as it stands in the table', () => {
    const deaf = made('26b-a4b-it-qat');
    const ranked = [
      made('31b-it-q8_0', 'no'),
      made('31b-it-qat', 'unknown'),
      deaf,
      made('12b-it-qat'),
      made('e2b-it-qat'),
    ];
    const chosen = recommend(ranked, { ...open, useCase: 'audio' });
    expect(chosen).toMatchObject({ ...made('12b-it-qat') });
  });

  it.each<[string, Partial<Candidate>]>([
    ['slow', lame],
    ['short of training', { reasons: [clamped] }],
    ['of unknown speed', { speed: null }],
  ])('may be %s where nothing is better', (_what, change) => {
    expect(recommend([made('12b-it-qat', 'split', change)], open)?.build).toBe('12b-it-qat');
  });

  it('is nothing when nothing runs', () => {
    expect(recommend([made('31b-it-qat', 'no'), made('12b-it-qat', 'unknown')], open)).toBeNull();
    expect(recommend([made('26b-a4b-it-qat')], { ...open, useCase: 'audio' })).toBeNull();
    expect(recommend([], open)).toBeNull();
  });
});

describe('why it is recommended', () => {
  it('is its quality, its speed and what stays free, in this order', () => {
    expect(why([made('12b-it-qat')])).toEqual([
      { code: 'best-quality', variant: '12b', benchmark: 'mmluPro', score: 77.2, useCase: 'chat' },
      { code: 'expected-speed', lowTokensPerSecond: 40, highTokensPerSecond: 50 },
      { code: 'headroom', remainingBytes: 4 * gib, ceilingTokens: 65_536 },
    ]);
  });

  it('names the use with its benchmark and score', () => {
    const told = finding(why([made('12b-it-qat')], { ...open, useCase: 'code' }), 'best-quality');
    expect(told).toMatchObject({ benchmark: 'liveCodeBenchV6', score: 72, useCase: 'code' });
  });

  it.each(['split', 'cpu'] as const)('is that there is nothing quicker, for a slow one: %s', (verdict) => {
    expect(codes(why([made('12b-it-qat', verdict, lame)]))).toEqual(['only-slower', 'expected-speed']);
  });

  it.each<[string, Candidate[], Demand]>([
    ['nothing-fits', [made('12b-it-qat', 'split', lame), made('31b', 'no')], open],
    ['speed', [made('12b-it-qat', 'gpu', lame)], open],
    ['speed', [made('26b', 'split', { speed: null }), made('12b-it-qat')], { ...open, minimumTokensPerSecond: 1000 }],
    ['split', [made('26b', 'split'), made('12b-it-qat', 'gpu', lame)], open],
    ['context', [made('12b-it-qat', 'gpu', { reasons: [clamped] })], open],
  ])('says which of these it is: %s', (told, ranked, demand) => {
    expect(finding(why(ranked, demand), 'only-slower').why).toBe(told);
  });

  it('tells of an unknown speed on the processor alone', () => {
    expect(codes(why([made('12b-it-qat', 'cpu', { speed: null })]))).toEqual(['only-slower', 'speed-unmeasured']);
    expect(codes(why([made('12b-it-qat', 'gpu', { speed: null })]))).toEqual(['best-quality', 'headroom']);
  });

  it.each<[number | null, number | null]>([
    [8193, 8193],
    [8192, null],
    [null, null],
  ])('tells of a longer context only where there is one: %s of 8192 gives %s', (ceilingTokens, told) => {
    expect(finding(why([made('12b-it-qat', 'gpu', { ceilingTokens })]), 'headroom').ceilingTokens).toBe(told);
  });

  it('tells what stays free only of a model that lies wholly on devices', () => {
    const half = made('12b-it-qat', 'gpu', { placement: laid('split', [left(4)]) });
    expect(codes(why([half]))).not.toContain('headroom');
  });
});

describe('the choice of a build', () => {
  const over = 'gemma4:12b-it-q4_K_M';
  it.each<[string, string, string[]]>([
    ['12b-it-qat', 'qat', ['12b-it-q4_K_M']],
    ['12b-it-q8_0', 'less-loss', ['31b-it-q4_K_M', '12b-it-q4_K_M']],
  ])('%s is explained against the plain Q4_K_M of the same model: %s', (build, reason, others) => {
    const found = why([made(build), ...others.map((id) => made(id))]);
    expect(finding(found, 'build-choice')).toEqual({ code: 'build-choice', tag: `gemma4:${build}`, over, why: reason });
  });

  it.each<[string, Candidate[]]>([
    ['it is the plain one', [made('12b-it-q4_K_M')]],
    ['it loses as much', [made('12b-gguf-Q4_K_S'), made('12b-it-q4_K_M')]],
    ['it loses more', [made('12b-gguf-Q4_0'), made('12b-it-q4_K_M')]],
    ['there is no plain one', [made('12b-it-qat'), made('12b-it-q8_0')]],
    ['only another model has a plain one', [made('12b-it-qat'), made('e4b-it-q4_K_M')]],
    ['the plain one does not run', [made('12b-it-qat'), made('12b-it-q4_K_M', 'no')]],
  ])('is not explained when %s', (_when, ranked) => {
    expect(codes(why(ranked))).not.toContain('build-choice');
  });
});

describe('a better model that was not chosen', () => {
  const chosen = made('12b-it-qat');
  const larger = (...others: Candidate[]) => why([chosen, ...others]).filter(({ code }) => code.startsWith('larger'));

  it('is the next better one, at the build that takes least of a device', () => {
    const at = (id: string, deviceGiB: number) =>
      made(id, 'no', { need: { device: parts(deviceGiB), host: parts(0) }, ceilingTokens: null });
    const others = [at('31b-it-qat', 5), at('26b-a4b-it-q8_0', 27), at('26b-a4b-it-q4_K_M', 17), at('e4b-it-qat', 3)];
    const told = { verdict: 'no', missingBytes: null, ceilingTokens: null };
    expect(larger(...others)).toEqual([{ code: 'larger-does-not-fit', tag: 'gemma4:26b-a4b-it-q4_K_M', ...told }]);
  });

  it.each([
    ['layers', spills(2 * gib), 2 * gib],
    ['experts', experts, 3 * gib],
    ['nothing that is counted', clamped, null],
  ])('says how much it lacks: %s', (_what, reason, missingBytes) => {
    const half = made('26b-a4b-it-qat', 'split', { reasons: [open3, reason], speed: pace(9) });
    const short = { code: 'larger-does-not-fit', tag: half.tag, verdict: 'split', missingBytes, ceilingTokens: 65_536 };
    expect(larger(half)[0]).toEqual(short);
  });

  it.each<[string, Candidate, number | null]>([
    ['on the device', made('31b-it-qat', 'gpu', lame), 3],
    ['in part on the processor', made('31b-it-qat', 'split', { ...lame, reasons: [spills(gib)] }), 3],
    ['at a pace that nobody knows', made('31b-it-qat', 'cpu', { speed: null }), null],
  ])('that is too slow is told with its speed and the wanted one: %s', (_where, slow, highTokensPerSecond) => {
    const told = { tag: 'gemma4:31b-it-qat', highTokensPerSecond, wantedTokensPerSecond: 8 };
    expect(larger(slow)).toEqual([{ code: 'larger-too-slow', ...told }]);
  });

  it('is not told when it is no answer to the demand, as good, or not better', () => {
    const hears: Demand = { useCase: 'audio', minimumTokensPerSecond: null };
    expect(codes(why([chosen, made('26b-a4b-it-qat')], hears)).filter((code) => code.startsWith('larger'))).toEqual([]);
    expect(larger(made('12b-it-q8_0', 'no'), made('e4b-it-qat', 'no'))).toEqual([]);
  });

  it('goes by the benchmark of the use: for agents 26b is no better than 12b', () => {
    const found = why([chosen, made('26b-a4b-it-qat', 'no')], { ...open, useCase: 'agent' });
    expect(codes(found)).not.toContain('larger-does-not-fit');
  });
});

describe('a better model that is partly on the processor', () => {
  const half = (id: string, low: number) => made(id, 'split', { speed: pace(low, low + 1), reasons: [spills(gib)] });
  const split = (ranked: Candidate[], demand = open) =>
    why(ranked, demand).filter(({ code }) => code === 'larger-split');

  it('is named with its speed when it keeps a good pace: the first of the table', () => {
    const ranked = [made('12b-it-qat'), half('12b-it-q8_0', 20), half('31b-it-qat', 9), half('26b-a4b-it-qat', 12)];
    const told = { tag: 'gemma4:31b-it-qat', lowTokensPerSecond: 9, highTokensPerSecond: 10 };
    expect(split(ranked)).toEqual([{ code: 'larger-split', ...told }]);
  });

  it.each<[string, Candidate[]]>([
    ['it is slow', [made('12b-it-qat'), half('31b-it-qat', 7)]],
    ['it is no better', [made('12b-it-qat'), half('12b-it-q8_0', 20), half('e4b-it-qat', 20)]],
    ['it does not run', [made('12b-it-qat'), made('31b-it-qat', 'no')]],
    ['the chosen one is itself no pleasure', [half('12b-it-qat', 9), half('31b-it-qat', 9)]],
  ])('is not named when %s', (_when, ranked) => expect(split(ranked)).toEqual([]));

  it('goes by the benchmark of the use', () => {
    const ranked = [made('12b-it-qat'), half('26b-a4b-it-qat', 40)];
    expect(split(ranked)).toHaveLength(1);
    expect(split(ranked, { ...open, useCase: 'agent' })).toEqual([]);
  });
});
