import { describe, expect, it } from 'vitest';
import { noParts, withExtras } from '../../../src/advice/parts.ts';
import { speedsOf } from '../../../src/advice/placement/speed.ts';
import type { PlacementResult } from '../../../src/advice/placement/types.ts';
import type { Workload } from '../../../src/advice/types.ts';
import type { Build } from '../../../src/data/schema.ts';
import { buildById } from '../../../src/data/tables.ts';
import { shapeOfBuild } from '../../../src/model/memory/build-shape.ts';
import { predictShapeSpeed, type SpeedQuestion } from '../../../src/model/speed/speed.ts';
import { toSchedulerTarget } from '../../../src/server-rules/target.ts';
import { gib, gpu, machine } from '../machines.ts';
import { laid, left } from '../made.ts';

const row = (id: string) => buildById(id) as Build;

describe('the speed of a placement', () => {
  const cards = [
    gpu({ name: 'Some Card' }),
    gpu({ id: 'nvidia:1', name: 'Some Card', bandwidthBytesPerSecond: 300e9 }),
  ];
  const target = toSchedulerTarget(machine(cards));
  const built = shapeOfBuild(row('12b-it-qat'));
  const { shape } = built;
  const need = (drafterBytes: number) => ({ device: withExtras(noParts, 0, drafterBytes), host: withExtras(noParts) });
  const on = (...devices: [string, number][]) => {
    const placement = laid(
      'split',
      devices.map(([id, layers]) => ({ ...left(1, id), layers })),
    );
    return { placement, need: need(0) } as PlacementResult;
  };
  const workload = (contextTokens: number, sequences = 1) =>
    ({ contextTokensTotal: contextTokens, sequences, kvType: 'f16' }) as Workload;
  const expected = (depthTokens: number, devices: [number, number][], changes: Partial<SpeedQuestion> = {}) => {
    if (shape === null) throw new Error('a build whose tensors are known');
    const band = predictShapeSpeed({
      shape,
      depthTokens,
      kvType: 'f16',
      devices: devices.map(([bandwidthBytesPerSecond, layers]) => {
        const about = { backend: 'cuda', name: 'Some Card', memoryBytes: 24 * gib, architecture: '8.9' } as const;
        return { ...about, bandwidthBytesPerSecond, layers };
      }),
      host: { bandwidthBytesPerSecond: 80e9, features: ['avx2'] },
      overflowingLayers: 0,
      ...changes,
    });
    if (band === null) throw new Error('a prediction');
    return { low: band.lowTokensPerSecond, expected: band.expectedTokensPerSecond, high: band.highTokensPerSecond };
  };
  const start = (...args: Parameters<typeof speedsOf>) => ends(speedsOf(...args).others().start);
  const ends = (speed: ReturnType<typeof speedsOf>['half']) =>
    speed && {
      low: speed.lowTokensPerSecond,
      expected: speed.expectedTokensPerSecond,
      high: speed.highTokensPerSecond,
    };

  it('the speed of a placement is that with drafts where a draft model is loaded', () => {
    const drafting = { ...on(['nvidia:0', 49]), need: need(5e8) };
    expect(start(target, built, drafting, workload(4096))).toEqual(expected(4096, [[1008e9, 49]], { draftTokens: 3 }));
  });

  it('the speed of a placement is that of the old engine where Ollama is older than 0.30', () => {
    const old = { ...target, ollamaVersion: '0.24.0' };
    expect(start(old, built, on(['nvidia:0', 49]), workload(4096))).toEqual(
      expected(4096, [[1008e9, 49]], { engine: 'ollama-own' }),
    );
  });

  it.each([
    ['a short context, when it is full', 1000, 1, [1000, 500, 1000]],
    ['one conversation of several', 5000, 3, [1666, 833, 1666]],
    ['a long context, at 4,096 tokens, half of it and all of it', 131_072, 1, [4096, 65_536, 131_072]],
  ])(
    'the speed of a placement is told for %s',
    (_what, contextTokens, sequences, [startDepth = 0, halfDepth = 0, fullDepth = 0]) => {
      const { half, others } = speedsOf(target, built, on(['nvidia:0', 49]), workload(contextTokens, sequences));
      const told = { half, ...others() };
      expect(ends(told.start)).toEqual(expected(startDepth, [[1008e9, 49]]));
      expect(ends(told.half)).toEqual(expected(halfDepth, [[1008e9, 49]]));
      expect(ends(told.full)).toEqual(expected(fullDepth, [[1008e9, 49]]));
      expect(told.start?.basis).toBe('formula');
    },
  );

  it('the speed of a placement goes by the devices that hold layers, each with its own bandwidth', () => {
    const told = start(target, built, on(['nvidia:1', 20], ['nvidia:0', 29]), workload(4096));
    const both = expected(4096, [
      [300e9, 20],
      [1008e9, 29],
    ]);
    expect(told).toEqual(both);
    const idle = start(target, built, on(['nvidia:0', 49], ['nvidia:1', 0], ['gone:0', 3]), workload(4096));
    expect(idle).toEqual(expected(4096, [[1008e9, 49]]));
  });

  it('the speed of a placement goes by RAM for what no device holds', () => {
    expect(start(target, built, on(['nvidia:0', 20]), workload(4096))).toEqual(expected(4096, [[1008e9, 20]]));
    expect(start(target, built, on(), workload(4096))).toEqual(expected(4096, []));
  });

  it('the speed of a placement does not ask for the bandwidth of a card that holds nothing', () => {
    const odd = toSchedulerTarget(machine([...cards, gpu({ id: 'nvidia:2', bandwidthBytesPerSecond: null })]));
    const idle = speedsOf(odd, built, on(['nvidia:0', 49], ['nvidia:2', 0]), workload(4096)).others().start;
    expect(ends(idle)).toEqual(expected(4096, [[1008e9, 49]]));
    expect(idle?.basis).toBe('formula');
  });

  it('the speed of a placement of an unknown RAM is that of the middle of what computers have, with a wider band, and says so', () => {
    const memory = { ...machine().memory, bandwidthBytesPerSecond: null };
    const dark = speedsOf(toSchedulerTarget(machine([], { memory })), built, on(), workload(4096)).others().start;
    const host = { bandwidthBytesPerSecond: Math.sqrt(35e9 * 85e9), features: ['avx2'] } as const;
    const known = expected(4096, [], { host });
    expect(dark?.basis).toBe('assumed');
    expect(dark?.expectedTokensPerSecond).toBeCloseTo(known.expected, 6);
    expect(dark?.lowTokensPerSecond).toBeLessThan(known.low);
    expect(dark?.highTokensPerSecond).toBeGreaterThan(known.high);
  });

  it('the speed of a placement does not call a speed assumed that RAM has no part in', () => {
    const memory = { ...machine().memory, bandwidthBytesPerSecond: null };
    const whole = toSchedulerTarget(machine(cards, { memory }));
    expect(speedsOf(whole, built, on(['nvidia:0', 49]), workload(4096)).others().start?.basis).toBe('formula');
    expect(speedsOf(whole, built, on(['nvidia:0', 48]), workload(4096)).others().start?.basis).toBe('assumed');
  });

  it('the speed of a placement of a card that nobody knows is between a slow and a fast one', () => {
    const odd = toSchedulerTarget(machine([gpu({ name: 'Some Card', bandwidthBytesPerSecond: null })]));
    const { start: told } = speedsOf(odd, built, on(['nvidia:0', 49]), workload(4096)).others();
    expect(told?.basis).toBe('assumed');
    expect(told?.lowTokensPerSecond).toBe(expected(4096, [[200e9, 49]]).low);
    expect(told?.highTokensPerSecond).toBe(expected(4096, [[1000e9, 49]]).high);
  });
});
