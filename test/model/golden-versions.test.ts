import { describe, expect, it } from 'vitest';
import { estimateMemory } from '../../src/model/memory/estimate.ts';
import { engines, type Parts } from '../../src/model/types.ts';
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
});
