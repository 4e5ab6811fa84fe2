import { describe, expect, it } from 'vitest';
import { memoize } from '../../src/memoize.ts';
import { placeModel } from '../../src/model/fit/place.ts';
import { loadFrom } from '../../src/model/memory/estimate.ts';
import { layeredLayout } from '../../src/model/memory/layout.ts';
import { completeLoad } from '../../src/model/memory/load.ts';
import { memoryOf } from '../../src/model/memory/memory.ts';
import { stockShape } from '../../src/model/memory/shape.ts';
import { type Parts, quantizations, variantIds } from '../../src/model/types.ts';
import {
  error,
  estimated,
  type GoldenParts,
  type GoldenRow,
  goldenRows,
  goldenTotal,
  loadOf,
  offenders,
  offGridRows,
  total,
  worstOff,
} from './golden.ts';

const set = (letters: string, flash: 'auto' | 'off' = 'auto') =>
  goldenRows.filter((row) => letters.includes(row.set) && row.flash_attn === flash);

const differ = (got: Parts, truth: GoldenParts, limits: { weights: number; kv: number; total: number }) =>
  worstOff(got, truth, { weights: limits.weights, 'KV cache': limits.kv, total: limits.total });

describe('everything on one device, against llama.cpp itself', () => {
  it.each([
    ['A', 'all quantizations', variantIds.length * quantizations.length],
    ['B', 'contexts, sequences, KV types', 342],
    ['E', 'micro-batches', 60],
  ])('set %s (%s) within 0.002 %% of every part and of the total', (letter, _what, count) => {
    const rows = set(letter);
    expect(rows).toHaveLength(count);
    const limits = { weights: 0.00002, kv: 0, total: 0.00002 };
    expect(offenders(rows, (row) => differ(estimated(row).device, row.devices[0]!, limits))).toEqual([]);
    expect(offenders(rows, (row) => differ(estimated(row).host, row.host, limits))).toEqual([]);
  });

  it('the compute buffer is exact to the byte', () => {
    const wrong = (row: GoldenRow) => {
      const off = estimated(row).device.computeBytes - row.devices[0]!.compute;
      return off === 0 ? null : `${off} bytes`;
    };
    expect(offenders([...set('ABE'), ...set('B', 'off')], wrong)).toEqual([]);
  });

  it('everything on one device, against llama.cpp itself: without flash attention within 0.002 %', () => {
    const rows = set('B', 'off');
    expect(rows).toHaveLength(114);
    const limits = { weights: 0.00002, kv: 0, total: 0.00002 };
    expect(offenders(rows, (row) => differ(estimated(row).device, row.devices[0]!, limits))).toEqual([]);
    expect(offenders(rows, (row) => differ(estimated(row).host, row.host, limits))).toEqual([]);
  });
});

/** What llama.cpp rounds small tensors up to is not counted. */
const close = { weights: 0.00002, kv: 0, total: 0.00002 };

describe('a part on the CPU', () => {
  it.each([
    ['C', 338],
    ['P', 290],
  ])('set %s: every part of the device and of host memory within 0.002 %%', (letter, count) => {
    const rows = set(letter);
    expect(rows).toHaveLength(count);
    expect(offenders(rows, (row) => differ(estimated(row).device, row.devices[0]!, close))).toEqual([]);
    expect(offenders(rows, (row) => differ(estimated(row).host, row.host, close))).toEqual([]);
  });

  it('the compute buffer is exact to the byte, whatever is streamed', () => {
    const wrong = (row: GoldenRow) => {
      const off = estimated(row).device.computeBytes - row.devices[0]!.compute;
      return off === 0 ? null : `${off} bytes`;
    };
    expect(offenders(set('CP'), wrong)).toEqual([]);
  });
});

describe('two devices, split in proportion to their free memory (set F)', () => {
  const rows = set('F');
  const memory = (row: GoldenRow) => {
    const shape = stockShape(row.variant, row.quant);
    const blocks = shape.architecture.layers;
    return memoryOf(shape, completeLoad(loadFrom(loadOf(row))), layeredLayout(blocks, blocks + 1, row.free_mib ?? []));
  };

  it('every part of each device within 0.002 %', () => {
    expect(rows).toHaveLength(45);
    for (const device of [0, 1]) {
      expect(offenders(rows, (row) => differ(memory(row).devices[device]!, row.devices[device]!, close))).toEqual([]);
    }
  });
});

const mib = 2 ** 20;
const placed = memoize((row: GoldenRow) =>
  placeModel({
    variant: row.variant,
    quantization: row.quant,
    ...loadOf(row),
    devices: (row.free_mib ?? []).map((free) => ({
      freeBytes: free * mib,
      marginBytes: Number(row.mode.split(':')[1]) * mib,
    })),
  }),
);
const deviceErrors = (row: GoldenRow) =>
  placed(row).devices.map((device, i) => error(total(device), goldenTotal(row.devices[i]!)));
/** By how many layers (or layers without experts) a placement differs from llama.cpp's. */
const layersOff = (row: GoldenRow) => {
  const { gpuLayers, totalLayers, overflowingLayers } = placed(row);
  const wanted = row.fit_ngl === -1 ? totalLayers : (row.fit_ngl ?? 0);
  return Math.max(Math.abs(gpuLayers - wanted), Math.abs(overflowingLayers - (row.fit_overrides ?? 0)));
};

describe("llama.cpp's own fit (sets D and Q)", () => {
  const rows = set('DQ');

  it("llama.cpp's own fit (sets D and Q) chooses the same number of layers, and of layers without experts, in every row", () => {
    expect(rows).toHaveLength(448);
    expect(offenders(rows, (row) => (layersOff(row) === 0 ? null : `${layersOff(row)} layers off`))).toEqual([]);
  });

  it('each device within 0.002 %', () => {
    const wrong = (row: GoldenRow) => {
      const off = deviceErrors(row);
      return off.every((share) => share < 0.00002)
        ? null
        : off.map((share) => `${(100 * share).toFixed(2)} %`).join(', ');
    };
    expect(offenders(rows, wrong)).toEqual([]);
  });
});

describe('off the grid: points that no constant was read from', () => {
  const off = (letters: string) => offGridRows.filter((row) => row.set === letters);

  it.each(['X', 'O'])('everything on one device (%s): every part within 0.05 %%', (letter) => {
    const limits = { weights: 0.0005, kv: 0, total: 0.0005 };
    expect(off(letter).length).toBeGreaterThan(20);
    expect(offenders(off(letter), (row) => differ(estimated(row).device, row.devices[0]!, limits))).toEqual([]);
    expect(offenders(off(letter), (row) => differ(estimated(row).host, row.host, limits))).toEqual([]);
  });

  it('off the grid: points that no constant was read from: layers by hand (Y): every part of the device within 0.004 %', () => {
    const limits = { weights: 0.00004, kv: 0, total: 0.00004 };
    expect(offenders(off('Y'), (row) => differ(estimated(row).device, row.devices[0]!, limits))).toEqual([]);
  });

  it('off the grid: points that no constant was read from: layers by hand without flash attention (N): every device total within 1.6 %, 26 in 30 exact', () => {
    const errors = off('N').map((row) => error(total(estimated(row).device), goldenTotal(row.devices[0]!)));
    expect(errors.length).toBe(30);
    expect(Math.max(...errors)).toBeLessThan(0.016);
    expect(errors.filter((share) => share < 0.00004).length).toBeGreaterThanOrEqual(26);
  });

  it.each(['Z1', 'Z2', 'Z3'])(
    'off the grid: points that no constant was read from: fits on one, two and three devices (%s): the same layers, each device within 0.004 %%',
    (letter) => {
      expect(off(letter).length).toBeGreaterThanOrEqual(20);
      expect(offenders(off(letter), (row) => (layersOff(row) === 0 ? null : `${layersOff(row)} layers off`))).toEqual(
        [],
      );
      expect(Math.max(...off(letter).flatMap(deviceErrors))).toBeLessThan(0.00004);
    },
  );
});
