import { describe, expect, it } from 'vitest';
import { openRequest } from '../../../src/advice/check.ts';
import { placeMlx } from '../../../src/advice/placement/mlx.ts';
import { speedsOf } from '../../../src/advice/placement/speed.ts';
import type { Workload } from '../../../src/advice/types.ts';
import { workloadFor } from '../../../src/advice/workload.ts';
import { buildById } from '../../../src/data/tables.ts';
import { type BuildShape, shapeOfBuild } from '../../../src/model/memory/build-shape.ts';
import { estimateMlxMemory } from '../../../src/model/mlx/memory.ts';
import { toSchedulerTarget } from '../../../src/server-rules/target.ts';
import { gib, gpu, mac, machine, mib } from '../machines.ts';

const workload: Workload = workloadFor(openRequest, '12b', 32_768);
const empty = { weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0, projectorBytes: 0, drafterBytes: 0 };
const drafterBytes = 845_714_952;

function place(on = mac(24 * gib, 64 * gib), change: Partial<Workload> = {}, version: string | null = null) {
  return placeMlx(toSchedulerTarget(on, version), shaped('12b-mlx'), { ...workload, ...change });
}

function shaped(id: string): BuildShape {
  const build = buildById(id);
  if (build === null) throw new Error(`no ${id}`);
  return shapeOfBuild(build);
}

/** gemma4:12b-mlx: uniform NVFP4 with draft model and encoders, on a Mac whose chip is not named. */
const memory = (promptTokens: number) =>
  estimateMlxMemory({
    variant: '12b',
    layout: 'nvfp4u',
    drafter: true,
    modalities: ['text', 'image'],
    chipClass: 'max-ultra',
    promptTokens,
  });
const at32k = memory(32_768);
const parts = {
  weightsBytes: at32k.loadBytes - drafterBytes,
  kvCacheBytes: at32k.cacheBytes + at32k.snapshotBytes,
  computeBytes: at32k.scoreBytes + at32k.workingBytes,
  projectorBytes: 0,
  drafterBytes,
};

describe('an MLX build', () => {
  it('an MLX build lies whole on the device when the peak of a prompt as long as the context fits, to the byte', () => {
    const freeBytes = at32k.peakBytes;
    const { placement, decided } = place(mac(freeBytes, 64 * gib)) ?? {};
    expect(placement).toEqual({
      mode: 'full',
      gpuLayers: 49,
      totalLayers: 49,
      overflowingLayers: 0,
      devices: [{ accelerator: 'apple:0', layers: 49, ...parts, freeBytes, marginBytes: 0, remainingBytes: 0 }],
      host: empty,
    });
    expect(decided).toEqual({ code: 'mlx-fits', promptTokens: 32_768, roomBytes: freeBytes, ...at32k });
  });

  it('an MLX build lies nowhere when a byte is missing, although Ollama would load it: both are told', () => {
    const roomBytes = at32k.peakBytes - 1;
    const { placement, need, decided } = place(mac(roomBytes, 64 * gib)) ?? {};
    expect(placement?.mode).toBe('none');
    expect(placement?.devices).toEqual([]);
    expect(need).toEqual({ device: parts, host: empty });
    expect(decided).toMatchObject({ code: 'mlx-aborts', promptTokens: 32_768, roomBytes });
    expect(decided?.code === 'mlx-aborts' ? decided.ceilingTokens : null).toBeGreaterThan(30_000);
    expect(decided?.code === 'mlx-aborts' ? decided.ceilingTokens : null).toBeLessThan(32_768);
  });

  it("an MLX build is refused by Ollama's own test: tensors against free memory less 512 MiB, nothing else counted", () => {
    const tensorBytes = 6_698_991_200 + drafterBytes + 105_000_000;
    const short = { contextTokensTotal: 4096 };
    expect(place(mac(tensorBytes + 512 * mib, 64 * gib), short)?.decided?.code).toBe('mlx-aborts');
    expect(place(mac(tensorBytes + 512 * mib - 1, 64 * gib), short)?.decided).toEqual({
      code: 'mlx-refused',
      needBytes: tensorBytes,
      freeBytes: tensorBytes - 1,
    });
  });

  it('an MLX build is nothing where there is no Metal device, and on that device where there is another', () => {
    expect(place(machine([gpu()]))).toBeNull();
    expect(place(machine())).toBeNull();
    const both = mac(24 * gib, 64 * gib);
    const on = { ...both, accelerators: [gpu({ freeBytes: 80 * gib, backend: 'vulkan' }), ...both.accelerators] };
    expect(place(on)?.placement.devices.map(({ accelerator }) => accelerator)).toEqual(['apple:0']);
  });

  it('an MLX build takes less before its encoders are loaded, and more where snapshots are never freed', () => {
    const need = (version: string, contextTokensTotal: number) => {
      const { device } = place(undefined, { contextTokensTotal }, version)?.need ?? { device: empty };
      return device.weightsBytes + device.kvCacheBytes + device.computeBytes;
    };
    expect(need('0.33.3', 4096) - need('0.33.2', 4096)).toBe(105_000_000);
    expect(need('0.33.3', 262_144)).toBeGreaterThan(need('0.34.0', 262_144));
  });
});

describe('what is said of an MLX build', () => {
  const codes = (on: Parameters<typeof place>[0], change: Partial<Workload> = {}) =>
    place(on, change)?.findings.map(({ code }) => code);

  it('nothing more where every prompt fits, whatever is kept of earlier ones', () => {
    expect(codes(mac(100 * gib, 120 * gib))).toEqual([]);
  });

  it('what is said of an MLX build where a longer prompt ends in an abort, which num_ctx does not prevent', () => {
    const found = place(mac(24 * gib, 30 * gib))?.findings[0];
    expect(found?.code).toBe('mlx-context-open');
    expect(found?.code === 'mlx-context-open' ? found.ceilingTokens : 0).toBeGreaterThan(32_768);
  });

  it('what is said of an MLX build that earlier conversations leave too little room, only where they do', () => {
    expect(codes(mac(17 * gib, 30 * gib))).toEqual(['mlx-context-open', 'mlx-snapshots']);
    expect(place(mac(17 * gib, 30 * gib))?.findings[1]).toMatchObject({
      tag: 'gemma4:12b-mlx',
      budgetBytes: 8 * gib,
      turnBytes: 335_544_320,
    });
    expect(codes(mac(24 * gib, 30 * gib))).toEqual(['mlx-context-open']);
  });

  it('what is said of an MLX build that it serves one request at a time, where several were asked for: memory is that of one', () => {
    const several = { sequences: 4, contextTokensTotal: 4 * 32_768 };
    expect(codes(mac(100 * gib, 120 * gib), several)).toEqual(['mlx-one-request']);
    expect(place(mac(100 * gib, 120 * gib), several)?.need.device).toEqual(parts);
  });

  it('what is said of an MLX build that its cache stays bf16, where another type was asked for', () => {
    expect(codes(mac(100 * gib, 120 * gib), { kvType: 'q8_0' })).toEqual(['mlx-cache-type']);
    expect(place(undefined, { kvType: 'q8_0', microBatch: 512 })?.need.device).toEqual(parts);
  });
});

describe('the matrix units of newer chips', () => {
  const notes = (chip: string, version: string | null) => {
    const on = mac(64 * gib, 64 * gib);
    const [device] = on.accelerators;
    const named = { ...on, os: { ...on.os, version }, accelerators: device ? [{ ...device, name: chip }] : [] };
    return place(named)?.findings.filter(({ code }) => code === 'mlx-matrix-units') ?? [];
  };

  it('the matrix units of newer chips are told where macOS is too old for them, and nowhere else', () => {
    expect(notes('Apple M5 Max', '26.1')).toEqual([{ code: 'mlx-matrix-units', have: '26.1', need: '26.2' }]);
    expect(notes('Apple M6', '26.0.1')).toHaveLength(1);
    expect(notes('Apple M5 Max', '26.2')).toEqual([]);
    expect(notes('Apple M5 Max', '27.0')).toEqual([]);
    expect(notes('Apple M5 Max', null)).toEqual([]);
    expect(notes('Apple M4 Max', '15.7')).toEqual([]);
  });
});

describe('prompts of an MLX build', () => {
  it('prompts of an MLX build have a speed, by the arithmetic of the chip', () => {
    const built = shaped('26b-mlx');
    const target = toSchedulerTarget(mac(64 * gib, 64 * gib));
    const placed = placeMlx(target, built, workload);
    if (placed === null) throw new Error('not placed');
    const prompt = speedsOf(target, built, placed, workload).others().prompt;
    expect(prompt?.lowTokensPerSecond).toBeGreaterThan(500);
    expect(prompt?.highTokensPerSecond).toBeLessThan(3500);
  });
});
