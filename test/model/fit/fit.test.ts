import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillWithExperts } from '../../../src/model/fit/experts.ts';
import { fitShares } from '../../../src/model/fit/fit.ts';
import { largestWithin, largestWithinHeld } from '../../../src/model/fit/search.ts';
import { type DeviceLayers, layoutOfShares } from '../../../src/model/fit/shares.ts';
import { host, type Overflow } from '../../../src/model/memory/layout.ts';
import { completeLoad } from '../../../src/model/memory/load.ts';
import { memoryOf } from '../../../src/model/memory/memory.ts';
import { stockShape } from '../../../src/model/memory/shape.ts';
import { totalBytes } from '../../../src/model/total.ts';

/** The counts that were weighed, in order, and the one that was found. */
function search(target: number, bytes: readonly number[], low = 0) {
  const weighed: number[] = [];
  const found = largestWithin(target, low, bytes.length - 1, (count) => {
    weighed.push(count);
    return bytes[count]!;
  });
  return { found, weighed };
}
const evenly = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

describe('the largest count within a target', () => {
  it('the largest count within a target is all where all are within it, or just at it', () => {
    expect(search(1000, evenly)).toEqual({ found: 10, weighed: [10] });
    expect(search(100, evenly)).toEqual({ found: 10, weighed: [10] });
  });

  it('the largest count within a target is searched along a straight line between what is within and what is not', () => {
    expect(search(35, evenly)).toEqual({ found: 3, weighed: [10, 0, 3, 4] });
    expect(search(30, evenly)).toEqual({ found: 3, weighed: [10, 0, 3, 4] });
    expect(search(99, evenly)).toEqual({ found: 9, weighed: [10, 0, 9] });
    expect(search(5, evenly)).toEqual({ found: 0, weighed: [10, 0, 1] });
  });

  it('the largest count within a target is found on steps too', () => {
    expect(search(60, [0, 0, 0, 50, 50, 100]).found).toBe(4);
    expect(search(40, [0, 0, 0, 50, 50, 100]).found).toBe(2);
  });

  it('the largest count within a target is near the upper end where the line does not rise', () => {
    expect(search(50, [60, 40, 40, 60])).toEqual({ found: 2, weighed: [3, 0, 2] });
    expect(search(50, [90, 40, 40, 60])).toEqual({ found: 2, weighed: [3, 0, 2] });
  });

  it('the largest count within a target is the lowest, whatever it takes, where nothing is within', () => {
    expect(search(5, [60, 70, 80])).toEqual({ found: 0, weighed: [2, 0, 1] });
    expect(search(5, [0, 60], 1)).toEqual({ found: 1, weighed: [1] });
  });
});

describe('the largest count within a target, where most of the bytes are known without effort', () => {
  const held = (count: number) => 10 * count;
  const search = (target: number, compute: (count: number) => number, low = 0) => {
    const weighed: number[] = [];
    const found = largestWithinHeld(target, low, 10, held, (count) => {
      weighed.push(count);
      return held(count) + compute(count);
    });
    return { found, weighed };
  };

  it('the largest count within a target, where most of the bytes are known without effort is all where all are within it', () => {
    expect(search(105, () => 5)).toEqual({ found: 10, weighed: [10] });
  });

  it('the largest count within a target, where most of the bytes are known without effort begins with what is held, then with the buffer of the last try', () => {
    expect(search(75, () => 12)).toEqual({ found: 6, weighed: [7, 6] });
    expect(search(75, (count) => 30 - count)).toEqual({ found: 5, weighed: [7, 5, 6] });
  });

  it('the largest count within a target, where most of the bytes are known without effort is the lowest, whatever it takes, where nothing is within', () => {
    expect(search(5, () => 50).found).toBe(0);
    expect(search(5, () => 50, 1).found).toBe(1);
  });

  it('the largest count within a target, where most of the bytes are known without effort is the same as by trying every count, for buffers that change by less than a layer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 140 }),
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 11, maxLength: 11 }),
        (target, buffers) => {
          const fitting = buffers.findLastIndex((bytes, count) => held(count) + bytes <= target);
          expect(search(target, (count) => buffers[count]!).found).toBe(Math.max(fitting, 0));
        },
      ),
    );
  });
});

/** A toy model: 15 bytes a layer, of which 10 are experts; what leaves with each part. */
const layerBytes = 15;
const leaves: Record<Overflow, number> = { down: 4, experts: 10, 'all-but-up': 12, 'all-but-attention': 13 };

/** The first layer of a share that is not whole lacks its overflow, which lies elsewhere; the others lack their experts. */
function weigh(shares: readonly DeviceLayers[]): number[] {
  const bytes = shares.map(({ layers, partial, overflow }) =>
    partial === 0 ? layers * layerBytes : layers * layerBytes - leaves[overflow] - (partial - 1) * leaves.experts,
  );
  for (const { partial, overflow, overflowTo } of shares)
    if (partial > 0 && overflowTo !== host) bytes[overflowTo]! += leaves[overflow];
  return bytes;
}

const share = (layers: number, partial = 0, overflow: Overflow = 'experts', overflowTo = host): DeviceLayers => ({
  layers,
  partial,
  overflow,
  overflowTo,
});
const fill = (dense: DeviceLayers[], targets: number[]) => {
  const shares = fillWithExperts(dense, targets, { all: weigh, held: weigh });
  return { shares, bytes: weigh(shares) };
};
/** Five layers, the last of which is the head; 35 bytes without experts. */
const five = share(5, 4);

describe('experts on one device', () => {
  it('experts on one device go to the front until it is full', () => {
    expect(fill([five], [75.5]).shares).toEqual([share(5, 0)]);
    expect(fill([five], [65.5]).shares[0]).toMatchObject({ layers: 5, partial: 1 });
  });

  it('experts on one device leave the rest of one more layer: its down projections, or all but its up projection', () => {
    expect(fill([five], [61.5]).shares).toEqual([share(5, 2, 'down')]);
    expect(fill([five], [61]).shares).toEqual([share(5, 2, 'all-but-up')]);
    expect(fill([five], [57]).shares).toEqual([share(5, 2, 'all-but-up')]);
  });

  it('experts on one device are none where none fits', () => {
    expect(fill([five], [35]).shares).toEqual([share(5, 4, 'all-but-up')]);
    expect(fill([five], [33]).shares).toEqual([share(5, 4, 'all-but-attention')]);
    expect(fill([five], [32]).shares).toEqual([five]);
  });

  it('experts on one device are not looked for where no layer is', () => {
    expect(fill([share(0)], [100]).shares).toEqual([share(0)]);
    expect(fill([share(1, 0)], [100]).shares).toEqual([share(1, 0)]);
  });
});

describe('experts on two devices', () => {
  it('experts on two devices go whole to the first; one more layer may leave its rest on the second', () => {
    const { shares, bytes } = fill([share(0), five], [34, 40]);
    expect(shares).toEqual([share(3, 1, 'all-but-up', 1), share(2, 1, 'down')]);
    expect(bytes).toEqual([33, 38]);
  });

  it('experts on two devices keep only the attention of that layer where more does not fit', () => {
    expect(fill([share(0), five], [32.5, 40]).shares[0]).toEqual(share(3, 1, 'all-but-attention', 1));
    expect(fill([share(0), five], [32, 40]).shares[0]).toEqual(share(2));
  });

  it('experts on two devices stay where the rest would not fit on the second', () => {
    expect(fill([share(0), five], [34, 32.5]).shares[0]).toEqual(share(3, 1, 'all-but-up', 1));
    expect(fill([share(0), five], [34, 32]).shares[0]).toEqual(share(2));
  });

  it('all lie on devices where there is room: the head stays on the last', () => {
    expect(fill([share(0), five], [1000, 1000]).shares).toEqual([share(4), share(1)]);
    expect(fill([share(0), five], [30, 1000]).shares).toEqual([share(2), share(3)]);
  });

  it('experts on two devices of the first device’s own layers become whole there first', () => {
    const { shares, bytes } = fill([share(3, 3), share(3, 2)], [46, 45]);
    expect(shares).toEqual([share(3), share(3)]);
    expect(bytes).toEqual([45, 45]);
  });

  it('experts on two devices go on with the second device’s layers when the first one’s are whole', () => {
    const { shares, bytes } = fill([share(1, 1), share(5, 4)], [30, 46]);
    expect(shares[0]).toEqual(share(2));
    expect(shares[1]).toMatchObject({ layers: 4, partial: 2 });
    expect(bytes[1]).toBeLessThan(46);
  });
});

describe('experts on three devices', () => {
  it('experts on three devices fill one device after another', () => {
    expect(fill([share(0), share(0), share(9, 8)], [30, 45, 1000]).shares).toEqual([share(2), share(3), share(4)]);
  });

  it('experts on three devices pass over an empty device that takes nothing', () => {
    expect(fill([share(0), share(2, 2), share(4, 3)], [2, 1000, 1000]).shares).toEqual([share(0), share(5), share(1)]);
  });
});

describe('26b where not all fits', () => {
  const shape = stockShape('26b', 'Q4_K_M');
  const load = completeLoad({ contextTokensTotal: 4096 });
  const sharesOn = (...bytes: number[]) =>
    fitShares(
      shape,
      load,
      bytes.map((freeBytes) => ({ freeBytes, marginBytes: 0 })),
    );
  /** What all takes but the experts, with as many layers on each device: the last one takes what is left over. */
  const denseBytes = (...layers: number[]) => {
    const shares = layers.map((count) => share(count, count));
    return memoryOf(shape, load, layoutOfShares(30, shares)).devices.reduce((sum, parts) => sum + totalBytes(parts), 0);
  };

  it('26b where not all fits gets no part of an expert until there is room for more than all but the experts', () => {
    const dense = denseBytes(31);
    expect(sharesOn(dense)).toEqual([share(21, 20)]);
    expect(sharesOn(dense + 1)).toEqual([share(21, 20, 'all-but-up')]);
    expect(sharesOn(1e9)).toEqual([share(1)]);
  });

  it('26b where not all fits counts that room over all devices, the layers shared out evenly', () => {
    const dense = denseBytes(15, 16);
    expect(sharesOn(dense / 2, dense / 2)).toEqual([share(17, 17), share(1)]);
    expect(sharesOn(dense / 2 + 2, dense / 2)).toEqual([share(17, 17, 'all-but-up', 1), share(1)]);
  });

  it('26b where not all fits takes whole layers at the front once there is more room', () => {
    const [first, last] = sharesOn(3e9, 3e9);
    expect(first).toEqual(share(5, 1, 'down', 1));
    expect(last).toEqual(share(26, 25, 'down'));
  });

  it('layers of a dense model are whole, from the back', () => {
    const dense = stockShape('12b', 'Q4_K_M');
    const [first, last] = fitShares(dense, load, [
      { freeBytes: 3e9, marginBytes: 1e9 },
      { freeBytes: 3e9, marginBytes: 0 },
    ]);
    expect(last).toMatchObject({ partial: 0 });
    expect(first).toMatchObject({ partial: 0 });
    expect(last!.layers).toBeGreaterThan(first!.layers);
  });
});
