import { describe, expect, it } from 'vitest';
import { openRequest } from '../../../src/advice/check.ts';
import { mlxMarginBytes, placeMlx } from '../../../src/advice/placement/mlx.ts';
import type { Workload } from '../../../src/advice/types.ts';
import { workloadFor } from '../../../src/advice/workload.ts';
import { buildById } from '../../../src/data/tables.ts';
import type { Machine } from '../../../src/machine/types.ts';
import { type BuildShape, shapeOfBuild } from '../../../src/model/memory/build-shape.ts';
import { toSchedulerTarget } from '../../../src/server-rules/target.ts';
import { gib, gpu, mac, machine, mib } from '../machines.ts';

const workload: Workload = workloadFor({ ...openRequest, contextTokensTotal: 32_768 }, '12b', 0);
const empty = { weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0, projectorBytes: 0, drafterBytes: 0 };

/** gemma4:12b-mlx: a file of 6.8 GB, small layers of 11,870 bytes, and a drafter of 0.85 GB. */
function place(on: Machine, change: Partial<Workload> = {}, shape: Partial<BuildShape> = {}) {
  const build = buildById('12b-mlx');
  if (build === null) throw new Error('no 12b-mlx');
  return placeMlx(toSchedulerTarget(on), { ...shapeOfBuild(build), ...shape }, { ...workload, ...change });
}

/** 48 blocks: 8 full ones of width 512, 40 sliding ones of width 2048 with a window of 1024; K and V in bf16. */
const cacheBytes = (tokens: number) => 2 * 2 * (8 * 512 * tokens + 40 * 2048 * Math.min(tokens, 1024));
/** Scratch a token of the batch, both masks (f16) over the cells of full and sliding layers, and 128 bytes. */
const computeBytes = (batch: number, fullCells: number, slidingCells: number) =>
  batch * (247_844 + 2 * (fullCells + slidingCells)) + 128;
const parts = {
  weightsBytes: 6.8e9 + 11_870,
  kvCacheBytes: cacheBytes(32_768),
  computeBytes: computeBytes(2048, 32_768, 1024 + 2048),
  projectorBytes: 0,
  drafterBytes: 0.85e9,
};
const needBytes = 6.8e9 + 11_870 + 0.85e9 + parts.kvCacheBytes + parts.computeBytes;

describe('an MLX build', () => {
  it('lies whole on the device when it and 512 MiB fit, to the byte', () => {
    expect(mlxMarginBytes).toBe(512 * mib);
    const freeBytes = needBytes + 512 * mib;
    expect(place(mac(freeBytes, 64 * gib))?.placement).toEqual({
      mode: 'full',
      gpuLayers: 49,
      totalLayers: 49,
      overflowingLayers: 0,
      devices: [
        {
          accelerator: 'apple:0',
          layers: 49,
          ...parts,
          freeBytes,
          marginBytes: 512 * mib,
          remainingBytes: 512 * mib,
        },
      ],
      host: empty,
    });
  });

  it('lies nowhere when a byte is missing, and still tells what it needs', () => {
    const refused = place(mac(needBytes + 512 * mib - 1, 64 * gib));
    expect(refused?.placement).toEqual({
      mode: 'none',
      gpuLayers: 0,
      totalLayers: 49,
      overflowingLayers: 0,
      devices: [],
      host: empty,
    });
    expect(refused?.need).toEqual({ device: parts, host: empty });
  });

  it('says that it is MLX, what its scratch is taken to be, and that its context cannot be set', () => {
    expect(place(mac(24 * gib, 64 * gib))).toMatchObject({
      microBatch: 2048,
      how: 'plain',
      sharedBytes: 0,
      preflight: null,
      findings: [
        { code: 'mlx-build', tag: 'gemma4:12b-mlx' },
        { code: 'mlx-assumed', computeBytes: parts.computeBytes },
        { code: 'mlx-context-open' },
      ],
    });
  });

  it('is nothing where there is no Metal device or nobody published its size', () => {
    expect(place(machine([gpu()]))).toBeNull();
    expect(place(machine())).toBeNull();
    expect(place(mac(24 * gib, 64 * gib), {}, { downloadBytes: null })).toBeNull();
  });

  it('lies on the Metal device and on no other one', () => {
    const both = mac(24 * gib, 64 * gib);
    const on = { ...both, accelerators: [gpu({ freeBytes: 80 * gib, backend: 'vulkan' }), ...both.accelerators] };
    expect(place(on)?.placement.devices.map(({ accelerator }) => accelerator)).toEqual(['apple:0']);
  });
});

describe('the workload of an MLX build', () => {
  const need = (change: Partial<Workload>) => place(mac(24 * gib, 64 * gib), change)?.need.device;

  it('gives each sequence its share of the context, and the window to each', () => {
    expect(need({ sequences: 4 })?.kvCacheBytes).toBe(4 * cacheBytes(8192));
    expect(need({ sequences: 64 })?.kvCacheBytes).toBe(64 * 2 * 2 * 512 * (8 * 512 + 40 * 2048));
  });

  it('takes the asked micro-batch', () => {
    expect(need({ microBatch: 512 })?.computeBytes).toBe(computeBytes(512, 32_768, 1536));
    expect(place(mac(24 * gib, 64 * gib), { microBatch: 512 })?.microBatch).toBe(512);
  });

  it('never reads more at once than the context holds', () => {
    expect(need({ contextTokensTotal: 1024 })?.computeBytes).toBe(computeBytes(1024, 1024, 1024));
  });

  it('keeps its cache in 16 bits whatever was asked', () => {
    expect(need({ kvType: 'q8_0' })).toEqual(parts);
  });
});
