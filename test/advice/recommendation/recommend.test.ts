import { describe, expect, it } from 'vitest';
import { openRequest } from '../../../src/advice/check.ts';
import { recommend } from '../../../src/advice/recommendation/recommend.ts';
import type { Candidate, CheckRequest } from '../../../src/advice/types.ts';
import { codes, finding } from '../case.ts';
import { gib } from '../machines.ts';
import { clamped, laid, left, made, pace, parts, worth } from '../made.ts';

const at8k: CheckRequest = { ...openRequest, contextTokensTotal: 8192 };
const why = (ranked: Candidate[], request: Partial<CheckRequest> = {}) =>
  recommend(ranked, { ...at8k, ...request })?.because ?? [];
const lame = { speed: pace(2, 3), value: worth(40, 2.4) };
const spills = (missingBytes: number) => ({ code: 'spills', gpuLayers: 40, totalLayers: 61, missingBytes }) as const;
const experts = { code: 'experts-on-cpu', layers: 7, totalLayers: 30, missingBytes: 3 * gib } as const;
const other = { code: 'mlx-build', tag: 'gemma4:26b' } as const;

describe('what is recommended', () => {
  it('what is recommended is the first that runs and answers the request, as it stands in the table', () => {
    const ranked = [
      made('31b-it-q8_0', 'no'),
      made('31b-it-qat', 'unknown'),
      made('26b-a4b-it-qat'),
      made('12b-it-qat'),
      made('e2b-it-qat'),
    ];
    expect(recommend(ranked, { ...at8k, useCase: 'audio' })).toMatchObject({ ...made('12b-it-qat') });
  });

  it.each<[string, Partial<Candidate>]>([
    ['slow', lame],
    ['of unknown speed', { speed: null, speedAtFullContext: null, value: null }],
  ])('what is recommended may be %s where nothing is better', (_what, change) => {
    expect(recommend([made('12b-it-qat', 'split', change)], at8k)?.build).toBe('12b-it-qat');
  });

  it('what is recommended is nothing when nothing runs, or nothing is fast enough', () => {
    expect(recommend([made('31b-it-qat', 'no'), made('12b-it-qat', 'unknown')], at8k)).toBeNull();
    expect(recommend([made('26b-a4b-it-qat')], { ...at8k, useCase: 'audio' })).toBeNull();
    expect(recommend([made('12b-it-qat')], { ...at8k, minimumTokensPerSecond: 500 })).toBeNull();
    expect(recommend([], at8k)).toBeNull();
  });
});

describe('why it is recommended', () => {
  it('why it is recommended says that it is too weak for agents where it is, and of no other use or model', () => {
    const weak = (id: string, useCase: CheckRequest['useCase']) =>
      codes(why([made(id)], { useCase })).includes('weak-for-use');
    expect([weak('e2b-it-qat', 'agent'), weak('e4b-it-qat', 'agent'), weak('e2b-it-qat', 'chat')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('why it is recommended is its quality for the use, its speed and what stays free, in this order', () => {
    const same = { speedAtFullContext: pace(39, 49) };
    expect(why([made('12b-it-qat', 'gpu', same)])).toEqual([
      { code: 'best-quality', variant: '12b', benchmarks: ['mmluPro', 'gpqaDiamond'], score: 78, useCase: 'chat' },
      { code: 'expected-speed', lowTokensPerSecond: 40, highTokensPerSecond: 50 },
      { code: 'headroom', remainingBytes: 4 * gib, ceilingTokens: 65_536 },
    ]);
  });

  it('why it is recommended names the use with its benchmarks and their mean', () => {
    const told = finding(why([made('12b-it-qat')], { useCase: 'agent' }), 'best-quality');
    expect(told).toMatchObject({ benchmarks: ['tau2', 'liveCodeBenchV6'], score: 70.5, useCase: 'agent' });
  });

  it.each<[string, Candidate[], Partial<CheckRequest>]>([
    ['nothing-fits', [made('12b-it-qat', 'split'), made('31b', 'no')], {}],
    ['nothing-fits', [made('12b-it-qat', 'cpu')], {}],
    ['split-better', [made('26b', 'split'), made('12b-it-qat')], {}],
    [
      'split',
      [made('26b', 'split'), made('e2b-it-qat', 'gpu', { ...lame, speedAtFullContext: pace(2, 3) })],
      { minimumTokensPerSecond: 20 },
    ],
    ['speed', [made('12b-it-qat', 'gpu', lame)], {}],
    ['context', [made('12b-it-qat')], { contextTokensTotal: 262_144 }],
  ])('why it is recommended says what one has to put up with: %s', (told, ranked, request) => {
    expect(finding(why(ranked, request), 'only-slower').why).toBe(told);
  });

  it('why it is recommended names no compromise where there is none', () => {
    expect(codes(why([made('12b-it-qat')]))).not.toContain('only-slower');
  });

  it('why it is recommended tells the speed with the context in use where it is much lower, and that it is assumed where it is', () => {
    const slower = { speedAtFullContext: pace(20, 30) };
    expect(finding(why([made('12b-it-qat', 'gpu', slower)]), 'slower-when-full')).toEqual({
      code: 'slower-when-full',
      lowTokensPerSecond: 20,
      highTokensPerSecond: 30,
      contextTokens: 8192,
    });
    const assumed = { speed: { ...pace(5, 20), basis: 'assumed' as const } };
    expect(codes(why([made('12b-it-qat', 'gpu', assumed)]))).toContain('speed-assumed');
  });

  it('why it is recommended says how long a prompt is read that fills the context, from two minutes on', () => {
    const reading = (lowTokensPerSecond: number) => ({ promptSpeed: { lowTokensPerSecond, highTokensPerSecond: 128 } });
    expect(finding(why([made('12b-it-qat', 'cpu', reading(16))]), 'slow-prompt')).toEqual({
      code: 'slow-prompt',
      leastSeconds: 64,
      mostSeconds: 512,
      contextTokens: 8192,
    });
    expect(codes(why([made('12b-it-qat', 'cpu', reading(68))]))).toContain('slow-prompt');
    expect(codes(why([made('12b-it-qat', 'cpu', reading(70))]))).not.toContain('slow-prompt');
    expect(codes(why([made('12b-it-qat', 'cpu', { promptSpeed: null })]))).not.toContain('slow-prompt');
  });

  it('why it is recommended says when a minimum speed may be missed', () => {
    expect(finding(why([made('12b-it-qat')], { minimumTokensPerSecond: 40 }), 'speed-unknown')).toMatchObject({
      minimumTokensPerSecond: 40,
    });
    expect(codes(why([made('12b-it-qat')], { minimumTokensPerSecond: 35 }))).not.toContain('speed-unknown');
  });

  it('why it is recommended tells of an unknown speed on the CPU alone', () => {
    const dark = { speed: null, speedAtFullContext: null, value: null };
    expect(codes(why([made('12b-it-qat', 'cpu', dark)]))).toContain('speed-unmeasured');
    expect(codes(why([made('12b-it-qat', 'gpu', dark)]))).not.toContain('speed-unmeasured');
  });

  it.each<[number | null, number | null]>([
    [8193, 8193],
    [8192, null],
    [null, null],
  ])(
    'why it is recommended tells of a longer context only where there is one: %s of 8192 gives %s',
    (ceilingTokens, told) => {
      expect(finding(why([made('12b-it-qat', 'gpu', { ceilingTokens })]), 'headroom').ceilingTokens).toBe(told);
    },
  );

  it('why it is recommended tells what stays free only of a model that lies wholly on devices', () => {
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
  ])('the choice of a build is not explained when %s', (_when, ranked) => {
    expect(codes(why(ranked))).not.toContain('build-choice');
  });
});

describe('a better model that was not chosen', () => {
  const chosen = made('12b-it-qat');
  const larger = (...others: Candidate[]) => why([chosen, ...others]).filter(({ code }) => code.startsWith('larger'));

  it('a better model that was not chosen is the next better one, at the build that takes least of a device', () => {
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
  ])('a better model that was not chosen says how much it lacks: %s', (_what, reason, missingBytes) => {
    const big = made('26b-a4b-it-qat', 'no', { reasons: [other, reason] });
    const short = { code: 'larger-does-not-fit', tag: big.tag, verdict: 'no', missingBytes, ceilingTokens: 65_536 };
    expect(larger(big)).toEqual([short]);
  });

  it('a better model that was not chosen that would run is told with its speed: partly on the CPU, or slower than wanted', () => {
    const split = made('31b-it-qat', 'split', { ...lame, speed: pace(4, 9) });
    const told = { tag: split.tag, lowTokensPerSecond: 4, highTokensPerSecond: 9 };
    expect(larger(split)).toEqual([{ code: 'larger-split', ...told }]);
    const slow = { tag: split.tag, highTokensPerSecond: 3, wantedTokensPerSecond: 25 };
    expect(larger(made('31b-it-qat', 'gpu', lame))).toEqual([{ code: 'larger-too-slow', ...slow }]);
    expect(larger(made('31b-it-qat', 'split', lame))).toEqual([{ code: 'larger-too-slow', ...slow }]);
  });

  it.each([
    ['context', { context: -6, weightLoss: -2 }],
    ['speed', { speed: -3, context: -1 }],
    ['quantization', { weightLoss: -2 }],
  ] as const)(
    'a better model that was not chosen that reaches the wanted speed is told with what it loses most by: %s',
    (by, lost) => {
      const swift = made('31b-it-qat', 'gpu', { speed: pace(30, 60) });
      const less = { ...swift, value: { ...chosen.value!, ...lost } };
      const workload = {
        contextTokens: 65_536,
        lowTokensPerSecond: 30,
        highTokensPerSecond: 60,
      };
      expect(larger(less)).toEqual([{ code: 'larger-worth-less', tag: swift.tag, by, ...workload }]);
    },
  );

  it('a better model that was not chosen is not told when it is as good or not better, or only the server or the platform is in its way', () => {
    expect(larger(made('12b-it-q8_0', 'no'), made('e4b-it-qat', 'no'))).toEqual([]);
    expect(larger(made('31b-it-qat', 'no', { refusal: 'server' }))).toEqual([]);
    expect(larger(made('31b-mxfp8', 'no', { refusal: 'platform' }))).toEqual([]);
  });
});
