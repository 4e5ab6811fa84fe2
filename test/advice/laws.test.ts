import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rank } from '../../src/advice/recommendation/rank.ts';
import type { Verdict } from '../../src/advice/types.ts';
import { ask, candidate } from './case.ts';
import { gib, gpu, mac, machine, mib, ram } from './machines.ts';

const order: Record<Verdict, number> = { no: 0, unknown: 0, cpu: 1, split: 2, gpu: 3 };
const builds = ['e2b-it-qat', 'e4b', '12b-it-q4_K_M', '26b-a4b-it-qat', '26b', '31b-it-q8_0', '31b-it-q4_K_M'];
const build = fc.constantFrom(...builds);
const context = fc.integer({ min: 1, max: 1024 }).map((steps) => steps * 256);
const freeBytes = fc
  .oneof(fc.integer({ min: 200, max: 8000 }), fc.integer({ min: 8000, max: 90_000 }))
  .map((size) => size * mib);
const kvType = fc.constantFrom('f16' as const, 'q8_0' as const);
const settings = { numRuns: 80 };

const one = (free: number, host = 200 * gib) => machine([gpu({ freeBytes: free })], { memory: ram(host) });
const pair = (free: number) =>
  machine([gpu({ freeBytes: free }), gpu({ id: 'nvidia:1', freeBytes: free })], { memory: ram(200 * gib) });

describe('laws of the advice', () => {
  it.each([
    ['one device', one],
    ['two equal devices', pair],
    ['a Mac', (free: number) => mac(free, free * 1.3)],
  ])('more memory never worsens a verdict or lowers a ceiling: %s', (_, on) => {
    fc.assert(
      fc.property(build, context, kvType, freeBytes, freeBytes, (id, contextTokens, kv, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        const small = candidate(on(less), id, { contextTokensTotal: contextTokens, kvType: kv });
        const large = candidate(on(more), id, { contextTokensTotal: contextTokens, kvType: kv });
        expect(order[large.verdict]).toBeGreaterThanOrEqual(order[small.verdict]);
        expect(large.ceilingTokens ?? 0).toBeGreaterThanOrEqual(small.ceilingTokens ?? 0);
      }),
      settings,
    );
  });

  it('more RAM never worsens a verdict', () => {
    fc.assert(
      fc.property(build, context, freeBytes, freeBytes, freeBytes, (id, contextTokens, free, a, b) => {
        const small = candidate(one(free, Math.min(a, b)), id, { contextTokensTotal: contextTokens });
        const large = candidate(one(free, Math.max(a, b)), id, { contextTokensTotal: contextTokens });
        expect(order[large.verdict]).toBeGreaterThanOrEqual(order[small.verdict]);
      }),
      settings,
    );
  });

  it('a longer context never improves a verdict', () => {
    fc.assert(
      fc.property(build, context, context, freeBytes, fc.boolean(), (id, a, b, free, two) => {
        const on = two ? pair(free) : one(free);
        const short = candidate(on, id, { contextTokensTotal: Math.min(a, b) });
        const long = candidate(on, id, { contextTokensTotal: Math.max(a, b) });
        expect(order[long.verdict]).toBeLessThanOrEqual(order[short.verdict]);
      }),
      settings,
    );
  });

  const machines = fc
    .record({
      free: freeBytes,
      ram: fc.oneof(fc.integer({ min: 300, max: 4000 }), fc.integer({ min: 4000, max: 200_000 })),
      kind: fc.constantFrom('card', 'two cards', 'Mac'),
    })
    .map(({ free, ram: host, kind }) => {
      if (kind === 'Mac') return mac(free, host * mib);
      return { ...(kind === 'card' ? one(free) : pair(free)), memory: ram(host * mib) };
    });
  const anyBuild = fc.constantFrom(...builds, '26b+mlx', '12b-mxfp8');

  it('a build lies wholly on the device up to its ceiling and not beyond, whatever the RAM, the cache and the sequences', () => {
    fc.assert(
      fc.property(machines, anyBuild, kvType, fc.constantFrom(1, 2, 4), (on, id, kv, sequences) => {
        const at = (contextTokens: number) =>
          candidate(on, id, { contextTokensTotal: contextTokens, sequences, kvType: kv, ollamaVersion: '0.40.2' });
        const { ceilingTokens } = at(4096 * sequences);
        if (ceilingTokens === null) {
          expect(at(2048 * sequences).verdict).not.toBe('gpu');
          return;
        }
        expect(ceilingTokens % 256).toBe(0);
        expect(at(ceilingTokens).verdict).toBe('gpu');
        const next = at(ceilingTokens + 256 * sequences);
        expect(next.verdict !== 'gpu' || next.workload.contextTokensTotal === ceilingTokens).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('nothing is lost: what lies on devices and in RAM never exceeds what is free when the verdict is gpu', () => {
    fc.assert(
      fc.property(build, context, freeBytes, (id, contextTokens, free) => {
        const { verdict, placement } = candidate(one(free), id, { contextTokensTotal: contextTokens });
        for (const device of placement.devices) {
          if (verdict === 'gpu') expect(device.remainingBytes).toBeGreaterThanOrEqual(0);
          expect(device.freeBytes).toBe(free);
        }
      }),
      settings,
    );
  });

  it('the recommendation is among the candidates that run, and none of them with as much context is worth more', () => {
    fc.assert(
      fc.property(freeBytes, context, (free, contextTokens) => {
        const { recommendation, candidates } = ask(one(free), { contextTokensTotal: contextTokens });
        if (recommendation === null) {
          expect(candidates.every(({ verdict }) => verdict === 'no')).toBe(true);
          return;
        }
        const { because, ...chosen } = recommendation;
        expect(candidates).toContainEqual(chosen);
        expect(['gpu', 'split', 'cpu']).toContain(chosen.verdict);
        expect(because.length).toBeGreaterThan(0);
        const { contextTokensTotal: least } = chosen.workload;
        for (const { value } of candidates.filter((other) => other.workload.contextTokensTotal >= least)) {
          expect(value?.points ?? Number.NEGATIVE_INFINITY).toBeLessThanOrEqual(chosen.value?.points ?? 0);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('the order does not depend on the order in which candidates come', () => {
    const demand = { useCase: null, minimumTokensPerSecond: null };
    const { candidates } = ask(one(16 * gib), { contextTokensTotal: 16_384 });
    fc.assert(
      fc.property(fc.shuffledSubarray(candidates, { minLength: candidates.length }), (shuffled) => {
        expect(rank(shuffled, demand)).toEqual(candidates);
      }),
      { numRuns: 50 },
    );
  });

  it('the same question has the same answer', () => {
    expect(ask(one(20 * gib))).toEqual(ask(one(20 * gib)));
  });
});
