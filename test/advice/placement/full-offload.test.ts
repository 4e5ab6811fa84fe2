import { describe, expect, it } from 'vitest';
import { drafterMemory } from '../../../src/advice/placement/drafter.ts';
import { findFullOffload, fitsOnDeviceSet, ramHolds, sharedBytes } from '../../../src/advice/placement/full-offload.ts';
import { type GgufPlacementInput, toPlacementInput } from '../../../src/advice/placement/input.ts';
import { buildById } from '../../../src/data/tables.ts';
import type { Accelerator } from '../../../src/machine/types.ts';
import { shapeOfBuild } from '../../../src/model/memory/build-shape.ts';
import { estimateShape } from '../../../src/model/memory/estimate.ts';
import type { Load, Parts } from '../../../src/model/types.ts';
import type { DeviceSet } from '../../../src/server-rules/device-sets.ts';
import { knownDevices, type UsableDevice } from '../../../src/server-rules/devices.ts';
import { toSchedulerTarget } from '../../../src/server-rules/target.ts';
import { appleGpu, gib, gpu, machine } from '../machines.ts';

const [projectorBytes, drafterBytes] = [1_194_828_160, 400_000_000];
const load = (microBatch: number): Load => ({
  contextTokensTotal: 16_384,
  sequences: 1,
  microBatch,
  kvType: 'f16',
  flashAttention: true,
});

/** The Q4_K_M build of 26b where so much RAM is available. */
function kaseWith(hostAvailableBytes: number | null): GgufPlacementInput {
  const build = buildById('26b-a4b-it-q4_K_M');
  const made = build && toPlacementInput(toSchedulerTarget(machine()), shapeOfBuild(build), { vision: null });
  if (!made) throw new Error('no such build');
  const extras = { projectorBytes, drafterBytes, oneDeviceOnly: false };
  return { ...made, target: { ...made.target, hostAvailableBytes }, extras };
}

function deviceSetOn(...accelerators: Accelerator[]): DeviceSet {
  const slot = (device: UsableDevice) => ({ device, marginBytes: 0 });
  return { slots: knownDevices(machine(accelerators)).map(slot), how: 'plain', projector: 'none' };
}

const input = kaseWith(null);
const bytes = ({ weightsBytes, kvCacheBytes, computeBytes }: Parts) => weightsBytes + kvCacheBytes + computeBytes;
const onDevice = (microBatch: number) => bytes(estimateShape(input.shape, load(microBatch)).device);
const inHost = (microBatch: number) => bytes(estimateShape(input.shape, load(microBatch)).host);
/** With the buffers of a draft model that has room on the card. */
const besideCard = (microBatch: number) => inHost(microBatch) + drafterMemory(input, load(microBatch)).hostBytes;
const shared = (more: Partial<Accelerator> = {}) =>
  gpu({ id: 'shared', backend: 'vulkan', kind: 'integrated', freeBytes: 90 * gib, ...more });

describe('a way that keeps everything on devices', () => {
  const sizes = [2048, 1024, 512];
  const small = deviceSetOn(gpu({ id: 'small', freeBytes: onDevice(1024) }));
  const large = deviceSetOn(gpu({ id: 'large', freeBytes: onDevice(2048) }));
  const tiny = deviceSetOn(gpu({ id: 'tiny', freeBytes: onDevice(512) - 1 }));

  it('a way that keeps everything on devices is taken with the largest micro-batch that fits', () => {
    expect(findFullOffload(input, load, [large], sizes)).toEqual({ deviceSet: large, microBatch: 2048 });
    expect(findFullOffload(input, load, [small], sizes)).toEqual({ deviceSet: small, microBatch: 1024 });
  });

  it('a way that keeps everything on devices is the first that fits at all, though a later one would allow a larger micro-batch', () => {
    expect(findFullOffload(input, load, [small, large], sizes)?.deviceSet).toBe(small);
  });

  it('a way that keeps everything on devices is looked for further where the first does not fit', () => {
    expect(findFullOffload(input, load, [tiny, large], sizes)).toEqual({ deviceSet: large, microBatch: 2048 });
  });

  it('a way that keeps everything on devices is none where nothing fits, or there is nothing to try', () => {
    expect(findFullOffload(input, load, [tiny, tiny], sizes)).toBeNull();
    expect(findFullOffload(input, load, [], sizes)).toBeNull();
  });
});

describe('the tied embedding', () => {
  const { tokenEmbedding } = input.shape.weights;

  it('the tied embedding is there once under Metal, for the file is mapped once', () => {
    expect(tokenEmbedding).toBeGreaterThan(0);
    expect(sharedBytes(input, deviceSetOn(appleGpu(48 * gib)))).toBe(tokenEmbedding);
  });

  it('the tied embedding is shared by nothing else', () => {
    expect(sharedBytes(input, deviceSetOn(gpu()))).toBe(0);
    expect(sharedBytes(input, deviceSetOn(shared()))).toBe(0);
    expect(sharedBytes(input, deviceSetOn())).toBe(0);
  });
});

describe('a device that shares the RAM', () => {
  const drafter = drafterMemory(input, load(512));
  const poolBytes = onDevice(512) + inHost(512) + projectorBytes + drafter.deviceBytes + drafter.hostBytes;
  const fits = (hostAvailableBytes: number | null, ...accelerators: Accelerator[]) =>
    fitsOnDeviceSet(kaseWith(hostAvailableBytes), load(512), deviceSetOn(...accelerators));

  it('a device that shares the RAM needs room in it for the device, the host, the projector and the draft model, to the byte', () => {
    expect(fits(poolBytes, shared())).toBe(true);
    expect(fits(poolBytes - 1, shared())).toBe(false);
  });

  it('a device that shares the RAM needs less under Metal by the embedding that is there once', () => {
    const less = poolBytes - input.shape.weights.tokenEmbedding;
    expect(fits(less, appleGpu(90 * gib))).toBe(true);
    expect(fits(less - 1, appleGpu(90 * gib))).toBe(false);
  });

  it('a device that shares the RAM needs it beside a card of the same library too', () => {
    const card = gpu({ id: 'card', backend: 'vulkan', freeBytes: 90 * gib });
    expect(fits(poolBytes, shared(), card)).toBe(true);
    expect(fits(gib, shared(), card)).toBe(false);
  });

  it('a device that shares the RAM is taken to have the room where nobody knows how much RAM is available', () => {
    expect(fits(null, shared())).toBe(true);
  });

  it('a device that shares the RAM still has to hold what lies on it', () => {
    expect(fits(90 * gib, shared({ memory: { totalBytes: 8 * gib, freeBytes: 8 * gib } }))).toBe(false);
  });

  it('a device that shares the RAM is not a card: that one asks for what stays in RAM alone', () => {
    expect(fits(besideCard(512), gpu({ freeBytes: 90 * gib }))).toBe(true);
    expect(fits(besideCard(512) - 1, gpu({ freeBytes: 90 * gib }))).toBe(false);
  });
});

describe('RAM beside devices with memory of their own', () => {
  const holds = (hostAvailableBytes: number | null, projector: DeviceSet['projector']) =>
    ramHolds(kaseWith(hostAvailableBytes), load(512), { ...deviceSetOn(gpu({ freeBytes: 90 * gib })), projector });

  it.each([
    ['nowhere', 'none', 0],
    ['on the device', 'device', 0],
    ['in RAM', 'ram', projectorBytes],
  ] as const)(
    'RAM beside devices with memory of their own holds what stays there, to the byte, with the projector %s',
    (_, projector, besides) => {
      expect(holds(besideCard(512) + besides, projector)).toBe(true);
      expect(holds(besideCard(512) + besides - 1, projector)).toBe(false);
    },
  );

  it('RAM beside devices with memory of their own holds no buffers of a draft model that the card has no room for', () => {
    const { deviceBytes } = drafterMemory(input, load(512));
    const on = (freeBytes: number, hostAvailableBytes: number) =>
      ramHolds(kaseWith(hostAvailableBytes), load(512), deviceSetOn(gpu({ freeBytes })));
    expect(on(onDevice(512) + deviceBytes - 1, inHost(512))).toBe(true);
    expect(on(onDevice(512) + deviceBytes, inHost(512))).toBe(false);
    expect(on(onDevice(512) + deviceBytes, besideCard(512))).toBe(true);
  });

  it('RAM beside devices with memory of their own is no reason against it where nobody knows how much there is', () => {
    expect(holds(null, 'ram')).toBe(true);
  });

  it('RAM beside devices with memory of their own takes the inputs four times where several devices work in a pipeline', () => {
    const two = deviceSetOn(gpu({ freeBytes: 40 * gib }), gpu({ id: 'nvidia:1', freeBytes: 40 * gib }));
    const masks = 2 * (16_384 + 1024 + 512);
    const outputIds = 32;
    const more = 3 * (512 * (masks + 40) + outputIds);
    expect(ramHolds(kaseWith(besideCard(512) + more), load(512), two)).toBe(true);
    expect(ramHolds(kaseWith(besideCard(512) + more - 1), load(512), two)).toBe(false);
  });

  it('RAM beside devices with memory of their own lowers the micro-batch until it holds the rest', () => {
    const deviceSet = deviceSetOn(gpu({ freeBytes: 90 * gib }));
    expect(findFullOffload(kaseWith(besideCard(1024)), load, [deviceSet], [2048, 1024, 512])?.microBatch).toBe(1024);
    expect(findFullOffload(kaseWith(besideCard(512) - 1), load, [deviceSet], [2048, 1024, 512])).toBeNull();
  });
});
