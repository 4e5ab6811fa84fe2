import { describe, expect, it } from 'vitest';
import { mostGainAt } from '../../src/advice/value.ts';
import type { Machine } from '../../src/machine/types.ts';
import { candidate } from './case.ts';
import { gib, gpu, machine, ram } from './machines.ts';

describe('whether a candidate runs, and fits its GPU', () => {
  const card = (freeGiB: number) => machine([gpu({ freeBytes: freeGiB * gib })]);
  const of = (on: Machine, id: string, request: Parameters<typeof candidate>[2] = {}) => {
    const { runs, fits, verdict, workload } = candidate(on, id, request);
    return { runs, fits, verdict, tokens: workload.contextTokensPerSequence };
  };

  it('whether a candidate runs, and fits its GPU, is told with any context where none was asked for', () => {
    const open = of(card(21), '31b-it-qat');
    expect(open).toEqual({ runs: 'met', fits: 'met', verdict: 'split', tokens: 32_768 });
    expect(of(card(21), '31b-it-qat', { contextTokensTotal: 32_768 }).fits).toBe('failed');
    expect(of(card(17), '31b-it-qat').fits).toBe('failed');
    expect(of(card(24), '31b-it-qat')).toMatchObject({ runs: 'met', fits: 'met', verdict: 'gpu' });
  });

  it('whether a candidate runs, and fits its GPU, counts the speed with less context, and the card that RAM is faster than', () => {
    const cpu = (bandwidthBytesPerSecond: number) =>
      machine([], { memory: { ...ram(60 * gib), bandwidthBytesPerSecond } });
    const rates = Array.from({ length: 30 }, (_, step) => of(cpu((10 + 10 * step) * 1e9), '12b-it-qat'));
    expect(rates[0]).toMatchObject({ runs: 'failed', fits: 'failed', verdict: 'cpu' });
    expect(rates.at(-1)).toMatchObject({ runs: 'met', fits: 'failed' });
    const beside = (bandwidthBytesPerSecond: number) =>
      machine([gpu({ name: 'Quadro K2200', bandwidthBytesPerSecond, freeBytes: 24 * gib })], {
        memory: { ...ram(60 * gib), bandwidthBytesPerSecond: 400e9 },
      });
    const cards = Array.from({ length: 20 }, (_, step) => of(beside((10 + 5 * step) * 1e9), 'e2b-it-qat'));
    expect(cards.filter(({ verdict, fits }) => verdict === 'cpu' && fits === 'met').length).toBeGreaterThan(0);
  });
});

const slow = (bandwidthBytesPerSecond: number) =>
  machine([gpu({ name: 'Some Card', freeBytes: 24 * gib, bandwidthBytesPerSecond })], {
    memory: { ...ram(60 * gib), bandwidthBytesPerSecond: 10e9 },
  });
const contextOn = (bandwidth: number, request: Parameters<typeof candidate>[2] = {}) =>
  candidate(slow(bandwidth), 'e4b-it-q4_K_M', { useCase: 'long', ...request }).workload.contextTokensPerSequence;

describe('the context of an open request', () => {
  it('the context of an open request is what the use wants where it is fast enough, and half where the speed gained is worth more than the rest', () => {
    expect(contextOn(400e9)).toBe(131_072);
    expect(contextOn(50e9)).toBe(65_536);
  });

  it('the context of an open request is the longest for max, and the requested one for a number, however slow', () => {
    expect(contextOn(50e9, { contextTokensTotal: 'max' })).toBe(131_072);
    expect(contextOn(50e9, { contextTokensTotal: 131_072 })).toBe(131_072);
  });

  it('the context of an open request is, for max, that of the device where what is worth most is there, and else the longest that is read along with', () => {
    const max = (on: Machine, id: string) => {
      const { verdict, workload, value } = candidate(on, id, { contextTokensTotal: 'max' });
      return { verdict, tokens: workload.contextTokensTotal, pace: value?.tokensPerSecond ?? 0 };
    };
    const whole = max(machine([gpu({ freeBytes: 24 * gib })]), '31b-it-qat');
    expect(whole.verdict).toBe('gpu');
    expect(whole.tokens).toBeGreaterThan(32_768);
    const split = max(machine([gpu({ freeBytes: 12 * gib })]), '26b-a4b-it-qat');
    expect(split).toMatchObject({ verdict: 'split', tokens: 262_144 });
    expect(split.pace).toBeGreaterThanOrEqual(5);
    // 3.5K are on the device, and far more in RAM.
    const little = max(machine([gpu({ freeBytes: 17.2 * gib })]), '26b-a4b-it-qat');
    expect(little.tokens).toBeGreaterThanOrEqual(
      candidate(machine([gpu({ freeBytes: 17.2 * gib })]), '26b-a4b-it-qat').workload.contextTokensTotal,
    );
  });

  it('the context of an open request is one with which the use can work, though a longer and slower one is worth more', () => {
    const ramOf = (bandwidthBytesPerSecond: number) =>
      candidate(machine([], { memory: { ...ram(60 * gib), bandwidthBytesPerSecond } }), '26b-a4b-it-qat', {
        useCase: 'code',
      });
    const rates = Array.from({ length: 40 }, (_, step) => (20 + step) * 1e9).map(ramOf);
    const shortened = rates.filter(({ workload }) => workload.contextTokensPerSequence < 32_768);
    expect(shortened.length).toBeGreaterThan(0);
    for (const { value } of shortened) expect(value?.tokensPerSecond).toBeGreaterThanOrEqual(5);
  });

  it('the context of an open request is one that is as fast as was asked for, though a longer one is worth more', () => {
    const on = slow(400e9);
    const open = candidate(on, 'e4b-it-q4_K_M', { useCase: 'long' });
    const half = candidate(on, 'e4b-it-q4_K_M', { useCase: 'long', contextTokensTotal: 65_536 });
    const minimumTokensPerSecond = half.speedAtFullContext?.lowTokensPerSecond ?? 0;
    expect(open.speedAtFullContext?.lowTokensPerSecond).toBeLessThan(minimumTokensPerSecond);
    const { workload } = candidate(on, 'e4b-it-q4_K_M', { useCase: 'long', minimumTokensPerSecond });
    expect([open, half].map((one) => one.workload.contextTokensPerSequence)).toEqual([131_072, 65_536]);
    expect(workload.contextTokensPerSequence).toBe(65_536);
  });

  it('the context of an open request is one of more value than all other steps', () => {
    for (const bandwidth of [40e9, 60e9, 80e9, 120e9, 200e9]) {
      const points = (contextTokensTotal: number) => {
        const { value } = candidate(slow(bandwidth), 'e4b-it-q4_K_M', { useCase: 'long', contextTokensTotal });
        // A requested context counts as enough; against the use it is shorter.
        const short = mostGainAt({ speed: 0, fragility: 0, context: 0 }, contextTokensTotal, 131_072);
        return (value?.points ?? 0) + short - mostGainAt({ speed: 0, fragility: 0, context: 0 }, 131_072, 131_072);
      };
      const chosen = candidate(slow(bandwidth), 'e4b-it-q4_K_M', { useCase: 'long' }).value?.points ?? 0;
      const steps = [4096, 8192, 16_384, 32_768, 65_536, 131_072];
      expect(chosen).toBeCloseTo(Math.max(...steps.map(points)), 1);
    }
  });
});
