import { describe, expect, it } from 'vitest';
import { openRequest } from '../../../src/advice/check.ts';
import { placementNotes } from '../../../src/advice/placement/notes.ts';
import type { PlacementResult } from '../../../src/advice/placement/types.ts';
import type { DevicePlacement, Workload } from '../../../src/advice/types.ts';
import { workloadFor } from '../../../src/advice/workload.ts';
import { buildById } from '../../../src/data/tables.ts';
import { type BuildShape, shapeOfBuild } from '../../../src/model/memory/build-shape.ts';
import type { SchedulerDecision } from '../../../src/server-rules/scheduler.ts';
import { toSchedulerTarget } from '../../../src/server-rules/target.ts';
import { gib, gpu, mac, machine, mib } from '../machines.ts';

const card = machine([gpu({ freeBytes: 24 * gib })]);
const projectorBytes = 1_194_828_160;
const empty = { weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0, projectorBytes: 0, drafterBytes: 0 };
const workload: Workload = workloadFor(openRequest, '26b', 32_768);
const slot: DevicePlacement = {
  ...empty,
  accelerator: 'nvidia:0',
  layers: 31,
  weightsBytes: 10_000,
  projectorBytes,
  freeBytes: 24 * gib,
  marginBytes: gib,
  remainingBytes: gib,
};
/** The guess before the load is right, and nothing else is out of the ordinary. */
const decision: SchedulerDecision = {
  predictedBytes: 10_000,
  devices: [],
  microBatch: 1024,
  mmapOff: null,
  projector: 'device',
  flashAttention: true,
};
const plain: PlacementResult = {
  placement: { mode: 'full', gpuLayers: 31, totalLayers: 31, overflowingLayers: 0, devices: [slot], host: empty },
  need: { device: { ...empty, weightsBytes: 10_000 }, host: empty },
  microBatch: 1024,
  how: 'plain',
  sharedBytes: 0,
  preflight: decision,
  findings: [],
};

interface Change {
  on?: Parameters<typeof toSchedulerTarget>[0];
  build?: string;
  built?: Partial<BuildShape>;
  placed?: Partial<PlacementResult>;
  slots?: DevicePlacement[];
  decision?: Partial<SchedulerDecision>;
  workload?: Partial<Workload>;
}

function notes(change: Change = {}) {
  const build = buildById(change.build ?? '26b-a4b-it-qat');
  if (build === null) throw new Error('no build');
  const placement = { ...plain.placement, devices: change.slots ?? plain.placement.devices };
  const placed = { ...plain, placement, preflight: { ...decision, ...change.decision }, ...change.placed };
  const built = { ...shapeOfBuild(build), ...change.built };
  return placementNotes(toSchedulerTarget(change.on ?? card), built, placed, { ...workload, ...change.workload });
}
/** Notes without the one on the projector. */
const others = (change: Change) => notes({ ...change, built: { projectorBytes: 0 } });

describe('what is noted of the projector', () => {
  // 1,194,828,160 bytes + 1 GiB is 2,164 MiB rounded up; 14,753,464 bytes of the CPU's share come on top
  const margin = { marginBytes: 2164 * mib + 14_753_464, textMarginBytes: gib, projectorBytes };

  it('what is noted of the projector is the margin that it costs, beside that for text', () => {
    expect(notes()).toEqual([{ code: 'projector-margin', ...margin }]);
  });

  it('what is noted of the projector is the larger margin of a Mac, where it is counted twice', () => {
    const on = mac(24 * gib, 40 * gib);
    const [note] = notes({ on, slots: [{ ...slot, accelerator: 'apple:0' }] });
    expect(note).toEqual({
      code: 'projector-margin',
      ...margin,
      marginBytes: 2164 * mib + projectorBytes + 147_324_928,
    });
  });

  it('what is noted of the projector is that images are not read when only text is wanted', () => {
    expect(notes({ workload: { vision: false } })).toEqual([{ code: 'text-only', marginBytes: gib }]);
    const together = notes({ build: '31b-it-q4_K_M', workload: { vision: false } });
    expect(together).toContainEqual({ code: 'encoder-inside', tag: 'gemma4:31b-it-q4_K_M' });
  });

  it('what is noted of the projector is that images are read by the CPU when it lies in RAM', () => {
    const slots = [{ ...slot, projectorBytes: 0 }];
    expect(notes({ slots })).toEqual([{ code: 'projector-in-ram', projectorBytes, freeBytes: 24 * gib }]);
  });

  it('what is noted of the projector is the margin when fixed layers put it into RAM, for without them the server would keep it', () => {
    const findings = [
      { code: 'mlx-build' as const, tag: 'gemma4:26b' },
      { code: 'pinned-layers' as const, gpuLayers: 20, totalLayers: 31 },
    ];
    const slots = [{ ...slot, projectorBytes: 0 }];
    expect(notes({ slots, placed: { findings } })).toEqual([{ code: 'projector-margin', ...margin }, ...findings]);
  });

  it('what is noted of the projector is nothing without a projector, without a device and with MLX', () => {
    expect(notes({ built: { projectorBytes: 0 } })).toEqual([]);
    expect(notes({ slots: [] })).toEqual([]);
    expect(notes({ build: '26b-mlx' })).toEqual([]);
  });
});

describe('what is noted of the batch', () => {
  it('what is noted of the batch is that it is smaller than Ollama would choose', () => {
    expect(others({ placed: { microBatch: 512 } })).toEqual([{ code: 'micro-batch-lowered', from: 1024, to: 512 }]);
  });

  it('what is noted of the batch is nothing when it is that or more, was asked for, or Ollama chooses none', () => {
    expect(others({ placed: { microBatch: 1024 } })).toEqual([]);
    expect(others({ placed: { microBatch: 2048 } })).toEqual([]);
    expect(others({ placed: { microBatch: 512 }, workload: { microBatch: 512 } })).toEqual([]);
    expect(others({ placed: { microBatch: 512, preflight: null } })).toEqual([]);
  });
});

describe('what is noted of the devices', () => {
  const two = machine([gpu(), gpu({ id: 'nvidia:1', name: 'Other', architecture: '5.2' })]);
  const second = { ...slot, accelerator: 'nvidia:1' };

  it('what is noted of the devices is which one has to be named, or that the server has to spread', () => {
    const main = { on: two, slots: [{ ...slot }], placed: { how: 'main-gpu' as const } };
    expect(others(main)).toEqual([{ code: 'needs-main-gpu', device: 'NVIDIA GeForce RTX 4090' }]);
    const spread = others({ on: two, slots: [slot, second], placed: { how: 'spread' } });
    expect(spread).toContainEqual({ code: 'needs-spread', devices: 2 });
  });

  it('what is noted of the devices is which of those in use cannot do flash attention', () => {
    const both = { on: two, slots: [slot, second], decision: { predictedBytes: 2 * (10_000 + projectorBytes) } };
    expect(others(both)).toEqual([{ code: 'flash-attention-off', device: 'Other' }]);
    expect(others({ on: two, slots: [slot] })).toEqual([]);
  });

  it('what is noted of the devices is which one stays idle because it is of another library', () => {
    const on = machine([gpu(), gpu({ id: 'amd:0', name: 'Radeon', backend: 'vulkan', kind: 'integrated' })]);
    expect(others({ on })).toEqual([
      { code: 'device-left-out', device: 'Radeon', backend: 'vulkan', usedBackend: 'cuda' },
    ]);
    expect(others({ on, slots: [] })).toEqual([]);
  });
});

describe('what is noted of the guess before the load', () => {
  it('what is noted of the guess before the load of several devices is held against all that lies on them, copies too', () => {
    const on = machine([gpu(), gpu({ id: 'nvidia:1' })]);
    const slots = [slot, { ...slot, accelerator: 'nvidia:1' }];
    const needBytes = 2 * (10_000 + projectorBytes);
    const told = { code: 'preflight-differs', predictedBytes: 10_000, needBytes };
    expect(others({ on, slots })).toEqual([told]);
    expect(others({ on, slots, decision: { predictedBytes: needBytes * 0.95 } })).toEqual([]);
  });

  it.each([
    [11_000, true],
    [10_999, false],
    [9001, false],
    [9000, true],
  ])(
    'what is noted of the guess before the load of %s bytes for a need of 10,000: %s, from a tenth on',
    (predictedBytes, noted) => {
      const note = { code: 'preflight-differs', predictedBytes, needBytes: 10_000 };
      expect(others({ decision: { predictedBytes } })).toEqual(noted ? [note] : []);
    },
  );

  it('what is noted of the guess before the load is nothing where there was no guess or nothing is needed on a device', () => {
    expect(others({ placed: { preflight: null } })).toEqual([]);
    expect(others({ placed: { need: { device: empty, host: empty } } })).toEqual([]);
  });

  it.each(['windows-cuda', 'metal-partial', 'host-pressure'] as const)(
    'what is noted of the guess before the load is that the file is not mapped: %s',
    (why) => {
      expect(others({ decision: { mmapOff: why } })).toEqual([{ code: 'mmap-off', why }]);
    },
  );

  it('what is noted of the guess before the load is nothing on the CPU, where no file is mapped anyway', () => {
    expect(others({ decision: { mmapOff: 'cpu' } })).toEqual([]);
  });
});

describe('what is noted of the workload', () => {
  it('what is noted of the workload is what a smaller cache costs, where somebody measured it', () => {
    expect(others({ workload: { kvType: 'q8_0' } })).toEqual([
      { code: 'kv-quantized', kvType: 'q8_0', meanKld: 0.377 },
    ]);
  });

  it('what is noted of the workload is that the context was cut, first of all', () => {
    const cut = { askedTokensTotal: 300_000, contextTokensTotal: 262_144 };
    expect(notes({ workload: cut }).map(({ code }) => code)).toEqual(['context-clamped', 'projector-margin']);
    expect(others({ workload: cut })).toEqual([
      { code: 'context-clamped', askedTokens: 300_000, contextTokens: 262_144 },
    ]);
    expect(others({ workload: { askedTokensTotal: 32_768 } })).toEqual([]);
    expect(others({ workload: { askedTokensTotal: 4, contextTokensTotal: 2048 } })).toEqual([]);
  });
});
