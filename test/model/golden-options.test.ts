import { describe, expect, it } from 'vitest';
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
  optionRows,
  total,
} from './golden.ts';

const set = (name: string, flash: 'auto' | 'off' = 'auto') =>
  optionRows.filter((row) => row.set === name && row.flash_attn === flash);
const asked = ({ variant, quant, ...row }: GoldenRow) => ({
  variant,
  quantization: quant,
  ...loadOf({ variant, quant, ...row }),
});
const within = (got: Parts, truth: GoldenParts, limit: number) => {
  const off = [error(got.kvCacheBytes, truth.context), error(got.computeBytes, truth.compute)];
  const all = truth.model === null ? off : [...off, error(total(got), goldenTotal(truth))];
  return Math.max(...all) <= limit ? null : all.map((share) => `${(100 * share).toFixed(3)} %`).join(', ');
};

describe('a computer without any GPU', () => {
  const onCpu = (row: GoldenRow) => estimateMemory({ ...asked(row), gpuLayers: 'none' }).host;

  it('a computer without any GPU takes one compute buffer, with the masks once: within 0.01 % of llama.cpp', () => {
    expect(set('cpu')).toHaveLength(40);
    expect(offenders(set('cpu'), (row) => within(onCpu(row), row.host, 0.0001))).toEqual([]);
  });

  it('a computer without any GPU as a real llama-server logged it, at v0.5.0', () => {
    expect(set('cpu-log')).toHaveLength(35);
    expect(offenders(set('cpu-log'), (row) => within(onCpu(row), row.host, 0.0001))).toEqual([]);
  });

  it('a computer without any GPU: without flash attention within 1 %', () => {
    const rows = [...set('cpu', 'off'), ...set('cpu-log', 'off')];
    expect(rows).toHaveLength(25);
    expect(offenders(rows, (row) => within(onCpu(row), row.host, 0.01))).toEqual([]);
  });

  it('a computer without any GPU is the same to the placement without devices', () => {
    for (const row of [...set('cpu'), ...set('cpu', 'off')]) {
      expect(placeModel({ ...asked(row), devices: [] }).host).toEqual(onCpu(row));
    }
  });
});

describe('everything on one device', () => {
  const onDevice = (row: GoldenRow) => estimateMemory(asked(row));

  it.each([
    ['swa', 'sliding layers that keep the whole context', 20, 0.0001],
    ['unified', 'one cache for all sequences', 20, 0.0001],
    ['cuda', 'a quantized cache on CUDA, of which attention makes f16 copies', 30, 0.0001],
  ])('%s (%s): device and host within 0.01 %%', (name, _what, count, limit) => {
    expect(set(name)).toHaveLength(count);
    expect(offenders(set(name), (row) => within(onDevice(row).device, row.devices[0] as GoldenParts, limit))).toEqual(
      [],
    );
    expect(offenders(set(name), (row) => within(onDevice(row).host, row.host, limit))).toEqual([]);
  });
});

describe('measured on cards', () => {
  const mib = 2 ** 20;

  it('12b at 256K with a q8_0 cache on a V100 reserved 1124 MiB (Ollama 0.30.5), where 759 would do for an f16 one', () => {
    const load = { contextTokens: 262_144, microBatch: 1024, kvType: 'q8_0' } as const;
    const compute = (more: object) =>
      estimateMemory({ variant: '12b', quantization: 'Q4_K_M', ...load, ...more }).device.computeBytes / mib;
    expect(compute({ backend: 'cuda' })).toBeCloseTo(1124, -0.5);
    expect(compute({})).toBeCloseTo(759, -0.5);
  });

  it.each([
    ['e2b', 554],
    ['e4b', 530],
    ['12b', 529],
    ['26b', 428],
  ] as const)('%s at a micro-batch of 2048 on Vulkan reserved %i MiB (llama.cpp b9849)', (variant, measured) => {
    const load = { contextTokens: 8192, microBatch: 2048, backend: 'vulkan' } as const;
    const { device } = estimateMemory({ variant, quantization: 'Q4_0', ...load });
    expect(Math.abs(device.computeBytes / mib / measured - 1)).toBeLessThan(0.002);
  });

  it('e2b on a CPU took 4051 MiB at a micro-batch of 2048 (llama.cpp v0.5.0)', () => {
    const load = { contextTokens: 8192, microBatch: 2048, gpuLayers: 'none' } as const;
    const { host } = estimateMemory({ variant: 'e2b', quantization: 'Q4_0', ...load });
    expect(Math.abs(total(host) / mib / 4051 - 1)).toBeLessThan(0.001);
  });
});
