import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allSensibleBuilds } from '../../../src/advice/builds.ts';
import { weighCandidate } from '../../../src/advice/candidate.ts';
import { openRequest } from '../../../src/advice/check.ts';
import { pointsAtBest, speedAtBest } from '../../../src/advice/judged.ts';
import { placementsAtBest } from '../../../src/advice/placement/at-best.ts';
import { toPlacementInput } from '../../../src/advice/placement/input.ts';
import { targetOf } from '../../../src/advice/server.ts';
import { wantedContext } from '../../../src/advice/value.ts';
import { workloadFor } from '../../../src/advice/workload.ts';
import { buildById } from '../../../src/data/tables.ts';
import type { Machine } from '../../../src/machine/types.ts';
import { shapeOfBuild } from '../../../src/model/memory/build-shape.ts';
import { gib, gpu, machine } from '../machines.ts';
import { build, parts, useCase } from '../table-machines.ts';

/** GEMMA_FIT_LAW_RUNS=10000 for a long run. */
const settings = { numRuns: Number(process.env.GEMMA_FIT_LAW_RUNS ?? 25) };

describe('no placement is worth more, or faster for certain, than a build can be at best', () => {
  const asked = fc.record({
    contextTokens: fc.constantFrom(4096, 8192, 16_384, 32_768, 65_536),
    kvType: fc.constantFrom('f16', 'q8_0'),
  });

  it('no placement is worth more, or faster for certain, than a build can be at best, on any machine, for any use, context and cache', () => {
    const holds = fc.property(parts, useCase, asked, (of, use, { contextTokens, kvType }) => {
      const request = { ...openRequest, useCase: use, kvType };
      const target = targetOf(build(of), request);
      const purpose = { useCase: use, wantedTokens: wantedContext(request) };
      for (const row of allSensibleBuilds(target)) {
        const built = shapeOfBuild(row);
        const workload = workloadFor(request, row.variant, contextTokens);
        const { value, speedAtFullContext } = weighCandidate(target, row, workload, purpose, built);
        const most = pointsAtBest({ target, built, workload, purpose });
        if (value !== null) expect(value.points, row.id).toBeLessThanOrEqual(most);
        const low = speedAtFullContext()?.lowTokensPerSecond ?? 0;
        expect(low, row.id).toBeLessThanOrEqual(speedAtBest({ target, built, workload }));
      }
    });
    fc.assert(holds, settings);
  });
});

describe('where a build may be at best', () => {
  const at = (on: Machine, id: string) => {
    const row = buildById(id);
    if (row === null) throw new Error(`data/builds.json has no ${id}`);
    const target = targetOf(on, openRequest);
    const workload = workloadFor(openRequest, row.variant, 8192);
    const input = toPlacementInput(target, shapeOfBuild(row), workload);
    return input === null ? [] : placementsAtBest(input, workload);
  };
  const layersOf = (on: Machine, id: string) =>
    at(on, id).map(({ verdict, timed: { placement } }) => [
      verdict,
      placement.devices[0]?.layers ?? 0,
      placement.overflowingLayers,
    ]);
  const card = (freeGiB: number) => machine([gpu({ freeBytes: freeGiB * gib })]);

  it('where a build may be at best is RAM alone without a device', () => {
    expect(layersOf(machine([]), '12b-it-q4_K_M')).toEqual([['cpu', 0, 0]]);
  });

  it('where a build may be at best is RAM alone, one layer on the card, and as many as weights and cache leave room for', () => {
    const [alone, one, most] = layersOf(card(5), '12b-it-q4_K_M');
    expect([alone, one]).toEqual([
      ['cpu', 0, 0],
      ['split', 1, 0],
    ]);
    expect(most?.[1]).toBeGreaterThan(20);
    expect(most?.[1]).toBeLessThan(49);
  });

  it('where a build may be at best is the card with everything where that has room', () => {
    expect(layersOf(card(24), '12b-it-q4_K_M').at(-1)).toEqual(['gpu', 49, 0]);
  });

  it('where a build may be at best is, of experts, also the card without any of them, and with as many as have room', () => {
    const [, , none, most] = layersOf(card(10), '26b-a4b-it-q4_K_M');
    expect(none).toEqual(['split', 31, 30]);
    expect(most?.[1]).toBe(31);
    expect(most?.[2]).toBeGreaterThan(5);
    expect(most?.[2]).toBeLessThan(25);
  });

  it('where a build may be at best is each of several cards, with the room of all', () => {
    const two = machine([gpu({ freeBytes: 3 * gib }), gpu({ id: 'nvidia:1', freeBytes: 3 * gib })]);
    const devices = at(two, '12b-it-q4_K_M').map(({ timed }) => timed.placement.devices[0]?.accelerator ?? null);
    expect(new Set(devices)).toEqual(new Set([null, 'nvidia:0', 'nvidia:1']));
  });
});
