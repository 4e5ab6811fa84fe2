import { describe, expect, it } from 'vitest';
import { fitsFully, fullOffloadBytes, slotMemory, totalOf } from '../../../src/advice/placement/full-fit.ts';
import { estimateShape } from '../../../src/model/memory/estimate.ts';
import { stockShape } from '../../../src/model/memory/shape.ts';
import type { Load } from '../../../src/model/types.ts';
import type { DeviceSlot } from '../../../src/server-rules/device-sets.ts';
import { knownDevices } from '../../../src/server-rules/devices.ts';
import { gib, gpu, machine } from '../machines.ts';

const shape = stockShape('26b', 'Q4_K_M');
const load: Load = { contextTokensTotal: 8192, sequences: 1, microBatch: 512, kvType: 'f16', flashAttention: true };
const { device: parts } = estimateShape(shape, load);
const needBytes = parts.weightsBytes + parts.kvCacheBytes + parts.computeBytes;

function slots(...all: [freeBytes: number, marginBytes: number][]): DeviceSlot[] {
  const cards = all.map(([freeBytes], index) => gpu({ id: `nvidia:${index}`, freeBytes }));
  return knownDevices(machine(cards)).map((device, index) => {
    const [, marginBytes = 0] = all[index] ?? [];
    return { device, marginBytes };
  });
}

describe('the need of a whole model', () => {
  it('the need of a whole model is weights, cache and compute together', () => {
    expect(totalOf({ weightsBytes: 100, kvCacheBytes: 20, computeBytes: 3 })).toBe(123);
    expect(fullOffloadBytes(shape, load)).toBe(needBytes);
  });
});

describe('the room of a seat', () => {
  it('the room of a seat is what is free there, with what has to stay free', () => {
    expect(slots([1000, 10], [600, 20]).map(slotMemory)).toEqual([
      { freeBytes: 1000, marginBytes: 10 },
      { freeBytes: 600, marginBytes: 20 },
    ]);
  });
});

describe('a whole model', () => {
  it('a whole model fits on no device at all where there is none', () => {
    expect(fitsFully(shape, load, [])).toBe(false);
  });

  it.each([
    ['its need alone', 0],
    ['its need and the margin', gib],
  ])('a whole model fits on one device of exactly %s, and not on a byte less', (_, margin) => {
    const exact = needBytes + margin;
    expect(fitsFully(shape, load, slots([exact, margin]))).toBe(true);
    expect(fitsFully(shape, load, slots([exact - 1, margin]))).toBe(false);
  });

  it('a whole model fits on two devices of which neither would hold it', () => {
    expect(fitsFully(shape, load, slots([12 * gib, gib]))).toBe(false);
    expect(fitsFully(shape, load, slots([12 * gib, gib], [12 * gib, gib]))).toBe(true);
  });

  it('a whole model does not fit on two devices that are too small together', () => {
    expect(fitsFully(shape, load, slots([8 * gib, gib], [8 * gib, gib]))).toBe(false);
  });
});
