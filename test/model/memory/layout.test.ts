import { describe, expect, it } from 'vitest';
import { variantOf } from '../../../src/data/tables.ts';
import { kvBytesOfKind } from '../../../src/model/memory/kv-cache.ts';
import {
  blockCountOf,
  gpuLayersOf,
  host,
  isFullOffload,
  joined,
  layeredLayout,
  layersIn,
} from '../../../src/model/memory/layout.ts';
import { completeLoad } from '../../../src/model/memory/load.ts';

const homes = (...asked: Parameters<typeof layeredLayout>) => {
  const { runs, head } = layeredLayout(...asked);
  return [...runs.flatMap(({ blocks, home }) => new Array(blocks).fill(home)), head];
};

describe('layers, the head counted as the last,', () => {
  it('layers, the head counted as the last lie on the device from the end on', () => {
    expect(homes(4, 0, [1])).toEqual([host, host, host, host, host]);
    expect(homes(4, 2, [1])).toEqual([host, host, host, 0, 0]);
    expect(homes(4, 5, [1])).toEqual([0, 0, 0, 0, 0]);
  });

  it('layers, the head counted as the last are divided by the shares of the devices, in their order', () => {
    expect(homes(4, 5, [1, 1])).toEqual([0, 0, 0, 1, 1]);
    expect(homes(4, 3, [1, 1])).toEqual([host, host, 0, 0, 1]);
    expect(homes(4, 5, [1, 4])).toEqual([0, 1, 1, 1, 1]);
    expect(homes(5, 6, [10, 10, 10])).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('layers, the head counted as the last lie on the last device where no share says otherwise', () => {
    expect(homes(2, 3, [0, 0])).toEqual([1, 1, 1]);
  });

  it('layers, the head counted as the last are counted with the head', () => {
    expect(gpuLayersOf(layeredLayout(4, 3, [1]))).toBe(3);
    expect(gpuLayersOf(layeredLayout(4, 5, [1, 1]))).toBe(5);
    expect(gpuLayersOf({ ...layeredLayout(4, 5, [1]), head: host })).toBe(4);
  });
});

describe('runs of blocks that lie alike', () => {
  const whole = { home: 0, overflow: null };
  const withoutExperts = { home: 0, overflow: { part: 'experts' as const, to: host } };

  it('runs of blocks that lie alike are one run, and empty ones are none', () => {
    const runs = [
      { blocks: 2, ...whole },
      { blocks: 0, ...withoutExperts },
      { blocks: 3, ...whole },
    ];
    expect(joined(runs)).toEqual([{ blocks: 5, ...whole }]);
    expect(
      joined([
        { blocks: 2, ...whole },
        { blocks: 1, ...withoutExperts },
      ]),
    ).toHaveLength(2);
    expect(runs[0]?.blocks).toBe(2);
  });

  it('runs of blocks that lie alike add up to the blocks of the model, and to the layers of each home with the head', () => {
    const layout = layeredLayout(5, 4, [1, 1]);
    expect(blockCountOf(layout)).toBe(5);
    expect([host, 0, 1].map((home) => layersIn(layout, home))).toEqual([2, 2, 2]);
  });
});

describe('everything is on devices', () => {
  const full = layeredLayout(4, 5, [1, 1]);
  const withOverflow = (to: number) => ({
    ...full,
    runs: full.runs.map((run) => ({ ...run, overflow: { part: 'experts' as const, to } })),
  });

  it('everything is on devices when no block, part of one, or the head is on the host', () => {
    expect(isFullOffload(full)).toBe(true);
    expect(isFullOffload(withOverflow(1))).toBe(true);
    expect(isFullOffload(withOverflow(host))).toBe(false);
    expect(isFullOffload({ ...full, head: host })).toBe(false);
    expect(isFullOffload(layeredLayout(4, 4, [1, 1]))).toBe(false);
  });
});

it('the end of a quantized cache is padded to rows of 512 elements, K and V each to 128 bytes', () => {
  const { architecture } = variantOf('12b');
  const narrow = { ...architecture, kv: { ...architecture.kv, full: { layers: 8, width: 128 } } };
  const load = completeLoad({ contextTokensTotal: 256, kvType: 'q8_0' });
  const missing = Math.ceil(((512 - 128) * 34) / 32 / 128) * 128;
  expect(kvBytesOfKind(narrow, true, load)).toBe((256 * 2 * 128 * 34) / 32 + 2 * missing);
});
