import { describe, expect, it } from 'vitest';
import { buildById, variantOf } from '../../src/data/tables.ts';
import { shapeOfBuild } from '../../src/model/memory/build-shape.ts';
import type { VariantId } from '../../src/model/types.ts';
import { automaticMicroBatch, microBatchesFrom } from '../../src/server-rules/batch-size.ts';
import { mmapOff } from '../../src/server-rules/mmap.ts';
import { predictServerVram } from '../../src/server-rules/predict-vram.ts';
import { projectorHome } from '../../src/server-rules/projector.ts';
import { decideSchedule } from '../../src/server-rules/scheduler.ts';
import { toSchedulerTarget } from '../../src/server-rules/target.ts';
import { appleGpu, gib, gpu, machine } from '../advice/machines.ts';

const built = (id: string) => {
  const build = buildById(id);
  if (build === null) throw new Error(`no build ${id}`);
  return shapeOfBuild(build);
};
const deviceOf = (freeBytes: number) => toSchedulerTarget(machine([gpu({ freeBytes })])).groups.flat();

describe("Ollama's guess before it loads", () => {
  it.each([
    ['e2b', 26_880],
    ['e4b', 107_520],
    ['12b', 46_080],
    ['26b', 42_240],
    ['31b', 161_280],
  ] as [VariantId, number][])(
    "Ollama's guess before it loads charges %s %s bytes a token on every layer",
    (variant, bytes) => {
      const { architecture } = variantOf(variant);
      expect(predictServerVram(architecture, 0, 1000)).toBe(bytes * 1000);
    },
  );

  it("Ollama's guess before it loads adds the whole file, an inline projector included", () => {
    const e2b = built('e2b-it-q4_K_M');
    expect(decideSchedule(toSchedulerTarget(machine([gpu()])), e2b, 4096)?.predictedBytes).toBe(
      7_162_394_016 + 26_880 * 4096,
    );
  });
});

describe('the devices it hands over', () => {
  it('the devices it hands over are the best library as a whole with OLLAMA_SCHED_SPREAD, however small the model', () => {
    const target = toSchedulerTarget(machine([gpu({ id: 'nvidia:0' }), gpu({ id: 'nvidia:1' })]));
    const handed = (spread: boolean) =>
      decideSchedule({ ...target, spread }, built('e2b-it-qat'), 4096)?.devices.length;
    expect([handed(false), handed(true)]).toEqual([1, 2]);
  });

  const two = (first: number, second: number) =>
    toSchedulerTarget(machine([gpu({ freeBytes: first * gib }), gpu({ id: 'nvidia:1', freeBytes: second * gib })]));
  const ids = (target: ReturnType<typeof toSchedulerTarget>, id: string) =>
    decideSchedule(target, built(id), 4096)?.devices.map((device) => device.id);

  it('the devices it hands over are one when the guess is at most 80 % of it, the one with most free', () => {
    expect(ids(two(20, 22), '12b-it-q4_K_M')).toEqual(['nvidia:1']);
  });

  it('the devices it hands over are the whole group when no single one has the room', () => {
    expect(ids(two(20, 20), '26b-a4b-it-q4_K_M')).toEqual(['nvidia:0', 'nvidia:1']);
  });

  it('the devices it hands over are never of two libraries', () => {
    const mixed = machine([
      gpu({ freeBytes: 10 * gib }),
      gpu({ id: 'amd:card1', vendor: 'amd', backend: 'rocm', freeBytes: 12 * gib, architecture: 'gfx1100' }),
    ]);
    expect(ids(toSchedulerTarget(mixed), '26b-a4b-it-q4_K_M')).toEqual(['amd:card1']);
  });

  it('the devices it hands over are discrete before integrated', () => {
    const mixed = machine([
      gpu({ id: 'amd:card1', vendor: 'amd', kind: 'integrated', backend: 'vulkan', freeBytes: 30 * gib }),
      gpu({ freeBytes: 12 * gib }),
    ]);
    expect(ids(toSchedulerTarget(mixed), '12b-it-q4_K_M')).toEqual(['nvidia:0']);
  });
});

describe('the micro-batch', () => {
  const question = {
    predictedBytes: 10 * gib,
    availableBytes: 80 * gib,
    flashAttention: true,
    devices: deviceOf(80 * gib),
  };

  it.each([
    [4096, 512],
    [4097, 1024],
    [32_768, 1024],
    [32_769, 2048],
  ])('the micro-batch at %s tokens is %s', (contextTokens, microBatch) => {
    expect(automaticMicroBatch({ ...question, contextTokens })).toBe(microBatch);
  });

  it.each([
    ['above 60 % of what is free', 25, 40, 1024],
    ['above 75 %', 31, 40, 512],
    ['above 80 %', 33, 40, 512],
    ['where 2 GiB more break the 80 %', 4.7, 8, 1024],
    ['with room for neither surcharge', 2.9, 4, 512],
  ])('the micro-batch of a long context is lowered %s', (_, predicted, available, microBatch) => {
    const tight = { ...question, predictedBytes: predicted * gib, availableBytes: available * gib };
    expect(automaticMicroBatch({ ...tight, contextTokens: 65_536 })).toBe(microBatch);
  });

  it('the micro-batch without flash attention on CUDA is 512, and 256 on a small card with a longer context', () => {
    const old = { ...question, flashAttention: false };
    expect(automaticMicroBatch({ ...old, contextTokens: 65_536 })).toBe(512);
    expect(automaticMicroBatch({ ...old, contextTokens: 8192, devices: deviceOf(8 * gib) })).toBe(256);
  });

  it('the micro-batch may be lowered by a tag, never raised', () => {
    expect(microBatchesFrom(2048, true)).toEqual([2048, 1024, 512]);
    expect(microBatchesFrom(512, true)).toEqual([512]);
  });
});

describe('where the projector goes', () => {
  it('where the projector goes is the CPU when a device has less free than projector + 1 GiB', () => {
    const projectorBytes = 986_833_664;
    expect(projectorHome(projectorBytes, deviceOf(projectorBytes + gib))).toBe('device');
    expect(projectorHome(projectorBytes, deviceOf(projectorBytes + gib - 1))).toBe('ram');
    expect(projectorHome(projectorBytes, [])).toBe('ram');
    expect(projectorHome(0, deviceOf(gib))).toBe('none');
  });
});

describe('mapping of the file', () => {
  const question = {
    platform: 'linux' as const,
    devices: deviceOf(24 * gib),
    fileBytes: 8e9,
    predictedBytes: 8e9,
    hostAvailableBytes: 60 * gib,
    hostTotalBytes: 64 * gib,
  };

  it('mapping of the file is the rule', () => expect(mmapOff(question)).toBeNull());
  it('mapping of the file is off without a device', () => expect(mmapOff({ ...question, devices: [] })).toBe('cpu'));
  it('mapping of the file is off on Windows with CUDA', () =>
    expect(mmapOff({ ...question, platform: 'win32' })).toBe('windows-cuda'));
  it('mapping of the file is off when Metal takes only a part', () => {
    const devices = toSchedulerTarget(machine([appleGpu(6 * gib)])).groups.flat();
    expect(mmapOff({ ...question, platform: 'darwin', devices })).toBe('metal-partial');
  });
  it('mapping of the file is off on Linux when RAM holds less than the model and 8 GB', () => {
    expect(mmapOff({ ...question, hostAvailableBytes: 15.9e9 })).toBe('host-pressure');
    expect(mmapOff({ ...question, hostAvailableBytes: 15.9e9, predictedBytes: 23e9 })).toBeNull();
  });
});
