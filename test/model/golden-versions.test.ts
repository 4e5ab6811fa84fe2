import { describe, expect, it } from 'vitest';
import { engines } from '../../src/data/ids.ts';
import { placeModel } from '../../src/model/fit/place.ts';
import { estimateMemory } from '../../src/model/memory/estimate.ts';
import type { Parts } from '../../src/model/types.ts';
import {
  error,
  type GoldenParts,
  type GoldenRow,
  goldenTotal,
  loadOf,
  offenders,
  total,
  versionRows,
} from './golden.ts';

const rowsOf = (engine: string, set: string) => versionRows.filter((row) => row.llamaCpp === engine && row.set === set);

const estimated = (row: GoldenRow) =>
  estimateMemory({
    variant: row.variant,
    quantization: row.quant,
    ...loadOf(row),
    gpuLayers: row.n_gpu_layers === -1 ? 'all' : row.n_gpu_layers,
  });
const differ = (got: Parts, truth: GoldenParts, limit: number): string | null => {
  const parts = [
    ['weights', error(got.weightsBytes, truth.model)],
    ['KV cache', error(got.kvCacheBytes, truth.context)],
    ['compute', error(got.computeBytes, truth.compute)],
    ['total', error(total(got), goldenTotal(truth))],
  ] as const;
  const worst = parts.find(([, off]) => off > limit);
  return worst === undefined ? null : `${worst[0]} off by ${(100 * worst[1]).toFixed(3)} %`;
};
const mib = 2 ** 20;
const layersOff = (row: GoldenRow) => {
  const marginBytes = Number(row.mode.split(':')[1]) * mib;
  const devices = (row.free_mib ?? []).map((free) => ({ freeBytes: free * mib, marginBytes }));
  const placed = placeModel({ variant: row.variant, quantization: row.quant, ...loadOf(row), devices });
  const wanted = row.fit_ngl === -1 ? placed.totalLayers : (row.fit_ngl ?? 0);
  return Math.max(Math.abs(placed.gpuLayers - wanted), Math.abs(placed.overflowingLayers - (row.fit_overrides ?? 0)));
};

it('three generations of llama.cpp were asked the same two hundred questions', () => {
  for (const engine of engines) expect(versionRows.filter(({ llamaCpp }) => llamaCpp === engine)).toHaveLength(200);
});

describe.each(engines)('llama.cpp %s', (engine) => {
  it('everything on one device: every part, on the device and in host memory, within 0.01 %', () => {
    const rows = rowsOf(engine, 'full');
    expect(rows).toHaveLength(73);
    expect(offenders(rows, (row) => differ(estimated(row).device, row.devices[0] as GoldenParts, 0.0001))).toEqual([]);
    expect(offenders(rows, (row) => differ(estimated(row).host, row.host, 0.0001))).toEqual([]);
  });

  it('without flash attention: every part on the device and in host memory within 0.01 %', () => {
    const rows = rowsOf(engine, 'faoff');
    expect(rows).toHaveLength(15);
    expect(offenders(rows, (row) => differ(estimated(row).device, row.devices[0] as GoldenParts, 0.0001))).toEqual([]);
    expect(offenders(rows, (row) => differ(estimated(row).host, row.host, 0.0001))).toEqual([]);
  });

  it('layers by hand: weights, KV and host memory within 0.1 %, nine device totals in ten within 3 %', () => {
    const rows = rowsOf(engine, 'hand');
    expect(rows).toHaveLength(29);
    const off = rows.map((row) => error(total(estimated(row).device), goldenTotal(row.devices[0] as GoldenParts)));
    expect(off.sort((a, b) => a - b)[Math.floor(off.length * 0.9)]).toBeLessThan(0.03);
    expect(offenders(rows, (row) => differ(estimated(row).host, row.host, 0.001))).toEqual([]);
    expect(rows.filter((row) => estimated(row).device.kvCacheBytes !== row.devices[0]?.context)).toEqual([]);
  });

  it('fits: in 92 of 100 the same layers, else one off, or the experts of two', () => {
    const rows = ['fit1', 'fit2', 'fit3'].flatMap((set) => rowsOf(engine, set));
    expect(rows).toHaveLength(72);
    const off = rows.map(layersOff);
    expect(Math.max(...off)).toBeLessThanOrEqual(2);
    expect(off.filter((layers) => layers > 0).length / rows.length).toBeLessThan(0.085);
  });

  it('experts: the same layers, of which as many without their experts', () => {
    expect(rowsOf(engine, 'moe')).toHaveLength(11);
    expect(rowsOf(engine, 'moe').filter((row) => layersOff(row) > 0)).toEqual([]);
  });
});
