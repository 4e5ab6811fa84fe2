import { describe, expect, it } from 'vitest';
import { variantOf } from '../../../src/data/tables.ts';
import { kvBytesOfKind } from '../../../src/model/memory/kv-cache.ts';
import { gpuLayersOf, host, isFullOffload, layeredLayout } from '../../../src/model/memory/layout.ts';
import { completeLoad } from '../../../src/model/memory/load.ts';

const homes = (...asked: Parameters<typeof layeredLayout>) => {
  const { blocks, head } = layeredLayout(...asked);
  return [...blocks.map(({ home }) => home), head];
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

describe('everything is on devices', () => {
  const full = layeredLayout(4, 5, [1, 1]);
  const withOverflow = (to: number) => ({
    ...full,
    blocks: full.blocks.map((block) => ({ ...block, overflow: { part: 'experts' as const, to } })),
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
