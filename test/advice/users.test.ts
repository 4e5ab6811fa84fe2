import { describe, expect, it } from 'vitest';
import { openRequest } from '../../src/advice/check.ts';
import { targetOf } from '../../src/advice/server.ts';
import type { CheckRequest } from '../../src/advice/types.ts';
import { mostSequencesOf } from '../../src/advice/users.ts';
import { ask, candidate, finding, rtx4090 } from './case.ts';
import { gib, gpu, mac, machine } from './machines.ts';

const card = (change: Parameters<typeof gpu>[0] = {}) => machine([gpu({ freeBytes: 24 * gib, ...change })]);
const asked = (request: Partial<CheckRequest>, on = card()) => ask(on, { contextTokensTotal: 16_384, ...request });
const many = { mostSequences: true } as const;

describe.each(['ollama', 'llama.cpp'] as const)('the most conversations at a time with %s', (runtime) => {
  const result = asked({ ...many, runtime });
  const most = result.recommendation?.mostSequences ?? 0;
  const build = result.recommendation?.build ?? '';
  const at = (sequences: number) =>
    candidate(card(), build, { runtime, sequences, contextTokensTotal: sequences * 16_384 }).verdict;

  it('the most conversations at a time stay fully on the GPU, and one more does not', () => {
    expect(most).toBeGreaterThan(1);
    expect([at(most), at(most + 1)]).toEqual(['gpu', 'split']);
  });

  it('the most conversations at a time are what the answer is then about', () => {
    expect(result.request).toMatchObject({ sequences: most, contextTokensTotal: most * 16_384 });
    expect(result.recommendation?.workload).toMatchObject({ sequences: most, contextTokensPerSequence: 16_384 });
  });

  it('the most conversations at a time are fewer with more context', () => {
    const target = targetOf(card(), { runtime, ollamaVersion: null });
    const request = { ...openRequest, runtime };
    const mostAt = (contextTokensTotal: number) =>
      mostSequencesOf(target, candidate(card(), build, { runtime, contextTokensTotal }), request) ?? 0;
    expect(mostAt(16_384)).toBe(most);
    expect(mostAt(32_768)).toBeLessThan(most);
    expect(mostAt(4096)).toBeGreaterThan(most);
  });
});

describe('what each conversation gets', () => {
  const each = (sequences: number, on = card(), build = '12b-it-qat') =>
    candidate(on, build, { sequences, contextTokensTotal: sequences * 8192 });

  it('what each conversation gets is less the more there are, and all together more than one alone', () => {
    const speeds = [2, 4, 8].map((sequences) => each(sequences).speedTogether?.expectedTokensPerSecond ?? 0);
    const alone = each(1).speed?.expectedTokensPerSecond ?? 0;
    expect(alone).toBeGreaterThan(speeds[0] ?? alone);
    expect(speeds).toEqual([...speeds].sort((a, b) => b - a));
    expect(8 * (speeds[2] ?? 0)).toBeGreaterThan(2 * (speeds[0] ?? 0));
    expect(2 * (speeds[0] ?? 0)).toBeGreaterThan(alone);
  });

  it('what each conversation gets gains less where experts are read for each: 26b against 12b', () => {
    const gain = (build: string) => {
      const [one, four] = [
        each(1, card({ freeBytes: 48 * gib }), build),
        each(4, card({ freeBytes: 48 * gib }), build),
      ];
      return (four.speedTogether?.expectedTokensPerSecond ?? 0) / (one.speed?.expectedTokensPerSecond ?? 1);
    };
    expect(gain('26b-a4b-it-qat')).toBeLessThan(gain('12b-it-qat'));
  });

  it('what each conversation gets is not told where nobody measured it, on several GPUs, and of a part on the CPU', () => {
    expect(each(4, card({ id: 'amd:0', vendor: 'amd', backend: 'vulkan' })).speedTogether).toBeNull();
    expect(each(4, card(), '31b-it-q8_0').speedTogether).toBeNull();
    const pair = machine([gpu({ freeBytes: 8 * gib }), gpu({ id: 'nvidia:1', freeBytes: 8 * gib })]);
    expect(each(4, pair).speedTogether).toBeNull();
    expect(each(1).speedTogether).toBeUndefined();
  });

  it('what each conversation gets is not told of an MLX build, which serves one request at a time', () => {
    const on = mac(20 * gib, 36 * gib);
    const mlx = candidate(on, '12b+mlx', { sequences: 4, contextTokensTotal: 4 * 4096 });
    expect(mlx.speedTogether).toBeNull();
    expect(mostSequencesOf(targetOf(on, openRequest), mlx, openRequest)).toBeNull();
  });
});

describe('the finding about users', () => {
  it('the finding about users tells the speed for as many as were asked about', () => {
    const { recommendation } = asked({ sequences: 2, contextTokensTotal: 2 * 16_384 });
    expect(finding(recommendation?.because ?? [], 'users')).toMatchObject({ writing: 2, contextTokens: 16_384 });
  });

  it('the finding about users is not there where one conversation was asked about', () => {
    const { recommendation } = asked({});
    expect(recommendation?.because.some(({ code }) => code === 'users')).toBe(false);
    expect(recommendation?.mostSequences).toBeUndefined();
  });

  it('the finding about users says one where a second has no room', () => {
    const { recommendation } = ask(rtx4090(), { ...many, contextTokensTotal: 32_768 });
    expect(recommendation).toMatchObject({ variant: '31b', mostSequences: 1 });
    expect(recommendation?.workload.sequences).toBe(1);
  });
});
