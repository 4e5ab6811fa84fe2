import { describe, expect, it } from 'vitest';
import { engines } from '../../src/data/ids.ts';
import { memoize } from '../../src/memoize.ts';
import { placeModel } from '../../src/model/fit/place.ts';
import type { Parts } from '../../src/model/types.ts';
import { estimated, type GoldenParts, type GoldenRow, loadOf, offenders, versionRows, worstOff } from './golden.ts';

const rowsOf = (engine: string, set: string) => versionRows.filter((row) => row.llamaCpp === engine && row.set === set);

const differ = (got: Parts, truth: GoldenParts, limit: number) =>
  worstOff(got, truth, { weights: limit, 'KV cache': limit, compute: limit, total: limit });
const mib = 2 ** 20;
const placed = memoize((row: GoldenRow) => {
  const marginBytes = Number(row.mode.split(':')[1]) * mib;
  const devices = (row.free_mib ?? []).map((free) => ({ freeBytes: free * mib, marginBytes }));
  return placeModel({ variant: row.variant, quantization: row.quant, ...loadOf(row), devices });
});
const layersOff = (row: GoldenRow) => {
  const { gpuLayers, totalLayers, overflowingLayers } = placed(row);
  const wanted = row.fit_ngl === -1 ? totalLayers : (row.fit_ngl ?? 0);
  return Math.max(Math.abs(gpuLayers - wanted), Math.abs(overflowingLayers - (row.fit_overrides ?? 0)));
};

it('three generations of llama.cpp were asked the same two hundred questions', () => {
  for (const engine of engines) expect(versionRows.filter(({ llamaCpp }) => llamaCpp === engine)).toHaveLength(200);
});

describe.each(engines)('llama.cpp %s', (engine) => {
  const fits = ['fit1', 'fit2', 'fit3', 'moe'].flatMap((set) => rowsOf(engine, set));

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

  it('layers by hand: every part on the device and in host memory within 0.01 %', () => {
    const rows = rowsOf(engine, 'hand');
    expect(rows).toHaveLength(29);
    expect(offenders(rows, (row) => differ(estimated(row).device, row.devices[0] as GoldenParts, 0.0001))).toEqual([]);
    expect(offenders(rows, (row) => differ(estimated(row).host, row.host, 0.0001))).toEqual([]);
  });

  it('fits on one, two and three devices, experts among them: the same layers, of which as many without their experts', () => {
    expect(fits).toHaveLength(83);
    expect(offenders(fits, (row) => (layersOff(row) === 0 ? null : `${layersOff(row)} layers off`))).toEqual([]);
  });

  it('fits: every part of each device, and of host memory, within 0.01 % in all but two rows of v0.8.0', () => {
    const wrong = offenders(fits, (row) => {
      const { devices, host } = placed(row);
      const parts = devices.map((got, device) => differ(got, row.devices[device] as GoldenParts, 0.0001));
      return [...parts, differ(host, row.host, 0.0001)].find((said) => said !== null) ?? null;
    });
    expect(wrong.length).toBeLessThanOrEqual(engine === 'v0.8.0' ? 2 : 0);
  });
});
