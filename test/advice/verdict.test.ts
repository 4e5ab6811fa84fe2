import { describe, expect, it } from 'vitest';
import { withExtras } from '../../src/advice/parts.ts';
import type { PlacementResult } from '../../src/advice/placement/types.ts';
import type { DevicePlacement, NeedParts, Placement } from '../../src/advice/types.ts';
import { decideVerdict } from '../../src/advice/verdict.ts';
import { buildById } from '../../src/data/tables.ts';
import type { Machine } from '../../src/machine/types.ts';
import { shapeOfBuild } from '../../src/model/memory/build-shape.ts';
import { marginsFor } from '../../src/server-rules/margin.ts';
import { toSchedulerTarget } from '../../src/server-rules/target.ts';
import { gib, gpu, mac, machine, mib, ram } from './machines.ts';

/** weights + cache + scratch + projector + drafter, GiB, each of another size so that a lost one shows. */
const parts = (w: number, kv = 0, c = 0, projector = 0): NeedParts =>
  withExtras({ weightsBytes: w * gib, kvCacheBytes: kv * gib, computeBytes: c * gib }, projector * gib, 0);

const slot = (accelerator: string, freeGib: number, needs: NeedParts, marginGib = 1): DevicePlacement => ({
  ...needs,
  accelerator,
  layers: 10,
  freeBytes: freeGib * gib,
  marginBytes: marginGib * gib,
  remainingBytes: 0,
});

function placed(placement: Partial<Placement>, more: Partial<PlacementResult> = {}): PlacementResult {
  const whole = {
    mode: 'full',
    gpuLayers: 31,
    totalLayers: 31,
    overflowingLayers: 0,
    devices: [],
    host: parts(0),
  } as const;
  return {
    placement: { ...whole, ...placement } as Placement,
    need: { device: parts(18, 2, 1, 1), host: parts(0) },
    microBatch: 512,
    how: null,
    sharedBytes: 0,
    preflight: null,
    findings: [],
    ...more,
  };
}

const build = (id: string) => shapeOfBuild(buildById(id) ?? never(id));
const never = (id: string): never => {
  throw new Error(`no ${id}`);
};
const of = (on: Machine, what: PlacementResult, id = '26b-a4b-it-qat') =>
  decideVerdict(toSchedulerTarget(on), build(id), what);
const linux = machine([gpu({ freeBytes: 16 * gib })]);
const oneCard = [slot('nvidia:0', 16, parts(10, 2, 1, 1), 2)];

describe('everything on the devices', () => {
  it('everything on the devices is a yes that says need without the projector, margin and free memory, over all devices', () => {
    const two = [slot('nvidia:0', 16, parts(10, 2, 1, 1), 2), slot('nvidia:1', 8, parts(5, 1), 3)];
    const { verdict, reasons } = of(linux, placed({ devices: two }));
    expect(verdict).toBe('gpu');
    expect(reasons[0]).toEqual({
      code: 'fits-device',
      needBytes: (13 + 6) * gib,
      marginBytes: 5 * gib,
      freeBytes: 24 * gib,
    });
  });

  it('everything on the devices stands though another device could not be read, or the RAM', () => {
    const unread = machine([gpu({ freeBytes: 16 * gib }), gpu({ id: 'nvidia:1', freeBytes: null, totalBytes: null })]);
    expect(of(unread, placed({ devices: oneCard })).verdict).toBe('gpu');
    const { verdict, reasons } = of(
      machine([gpu({ freeBytes: 16 * gib })], { memory: ram(null) }),
      placed({ devices: oneCard }),
    );
    expect(verdict).toBe('gpu');
    expect(reasons.map(({ code }) => code)).toEqual(['fits-device', 'host-memory-unknown']);
  });

  it('everything on the devices is a no when the RAM does not hold the rest, and says that first', () => {
    const small = machine([gpu({ freeBytes: 16 * gib })], { memory: ram(2 * gib) });
    const { verdict, reasons } = of(small, placed({ devices: oneCard, host: parts(3) }));
    expect(verdict).toBe('no');
    expect(reasons.map(({ code }) => code)).toEqual(['host-too-small', 'fits-device']);
  });
});

describe('a part on the processor', () => {
  const split = (placement: Partial<Placement> = {}, more: Partial<PlacementResult> = {}) =>
    placed({ mode: 'split', gpuLayers: 20, devices: oneCard, host: parts(8), ...placement }, more);

  it('a part on the processor says how many layers are on the GPU and what a whole fit lacks: need without projector, and margin, less what is free', () => {
    expect(of(linux, split())).toMatchObject({
      verdict: 'split',
      reasons: [{ code: 'spills', gpuLayers: 20, totalLayers: 31, missingBytes: (21 + 2 - 16) * gib }],
    });
  });

  it('a part on the processor lacks a byte at least, for a division may fail on whole layers alone', () => {
    const roomy = [slot('nvidia:0', 60, parts(1), 2)];
    expect(of(linux, split({ devices: roomy })).reasons[0]).toMatchObject({ missingBytes: 1 });
  });

  it('a part on the processor with all layers on the GPU and experts beside it tells of experts, the head not counted', () => {
    const experts = split({ gpuLayers: 31, overflowingLayers: 7 });
    expect(of(linux, experts).reasons[0]).toEqual({
      code: 'experts-on-cpu',
      layers: 7,
      totalLayers: 30,
      missingBytes: 7 * gib,
    });
    expect(of(linux, split({ gpuLayers: 30, overflowingLayers: 7 })).reasons[0]?.code).toBe('spills');
    expect(of(linux, split({ gpuLayers: 31, overflowingLayers: 0 })).reasons[0]?.code).toBe('spills');
  });

  it('a part on the processor of which the tag fixed the layers is compared with the margin that would hold without', () => {
    const { projectorBytes } = build('26b-a4b-it-qat');
    const [plain] = marginsFor(projectorBytes, 'device', 1, { platform: 'linux' });
    const pinned = { code: 'pinned-layers' } as PlacementResult['findings'][number];
    const missing = (what: PlacementResult, id?: string) =>
      (of(linux, what, id).reasons[0] as { missingBytes: number }).missingBytes;
    const other = { code: 'prompt-cache-tight' } as PlacementResult['findings'][number];
    expect(missing(split({}, { findings: [other, pinned] }))).toBe((21 - 16) * gib + (plain?.marginBytes ?? 0));
    expect(missing(split({}, { findings: [other] }))).toBe((21 + 2 - 16) * gib);
    expect(missing(split({}, { findings: [pinned] }), '31b-nvfp4')).toBe((21 + 1 - 16) * gib);
  });

  it('a part on the processor is unknown while any device is unclear, and says which and why', () => {
    const unread = gpu({ id: 'nvidia:1', name: 'Dark', freeBytes: null, totalBytes: null });
    const unsure = gpu({ id: 'nvidia:2', name: 'Odd', usable: null });
    expect(of(machine([unread, unsure]), split())).toEqual({
      verdict: 'unknown',
      reasons: [
        { code: 'device-memory-unknown', device: 'Dark' },
        { code: 'device-usability-unknown', device: 'Odd' },
      ],
    });
  });

  it('a part on the processor is unknown when nobody knows the RAM', () => {
    const { verdict, reasons } = of(machine([gpu({ freeBytes: 16 * gib })], { memory: ram(null) }), split());
    expect(verdict).toBe('unknown');
    expect(reasons.map(({ code }) => code)).toEqual(['host-memory-unknown', 'spills']);
  });
});

describe('all on the processor', () => {
  const cpu = (more: Partial<PlacementResult> = {}) =>
    placed({ mode: 'cpu', gpuLayers: 0, host: parts(9, 1, 1) }, more);

  it('all on the processor says whether there was no device or only one too small', () => {
    const tried = { devices: [{}] } as unknown as PlacementResult['preflight'];
    const none = { devices: [] } as unknown as PlacementResult['preflight'];
    expect(of(linux, cpu())).toMatchObject({
      verdict: 'cpu',
      reasons: [{ code: 'runs-on-cpu', why: 'no-device', needBytes: 11 * gib }],
    });
    expect(of(linux, cpu({ preflight: none })).reasons[0]).toMatchObject({ why: 'no-device' });
    expect(of(linux, cpu({ preflight: tried })).reasons[0]).toMatchObject({ why: 'device-too-small' });
  });
});

describe('a model that its runner refuses', () => {
  const none = placed({ mode: 'none', gpuLayers: 0 });

  it('a model that its runner refuses is a no for the reason that its placement gives', () => {
    const decided = { code: 'mlx-refused', needBytes: 22 * gib, freeBytes: 12 * gib } as const;
    expect(of(mac(12 * gib, 16 * gib), { ...none, decided })).toEqual({ verdict: 'no', reasons: [decided] });
  });
});

describe('the margin with the projector in RAM', () => {
  const projector = 1000 * mib;
  const [scratch, host] = [marginsFor(projector, 'device', 2, { platform: 'linux' }), 'ram'] as const;

  it('the margin with the projector in RAM is not set by Ollama on one device, and is on several', () => {
    const one = marginsFor(projector, host, 1, { platform: 'linux' })[0]?.marginBytes ?? 0;
    const two = marginsFor(projector, host, 2, { platform: 'linux' })[0]?.marginBytes ?? 0;
    expect(two - one).toBe(projector);
    expect(marginsFor(0, 'none', 2, { platform: 'linux' }).map(({ marginBytes }) => marginBytes)).toEqual([gib, gib]);
  });

  it('the margin with the projector in RAM keeps both shares on the first device, and nothing more on a Mac', () => {
    const [first, second] = scratch.map(({ marginBytes }) => marginBytes - (projector + gib));
    const alone = marginsFor(projector, host, 1, { platform: 'linux' })[0]?.marginBytes ?? 0;
    expect(alone).toBe(gib + (first ?? 0) + (second ?? 0));
    expect(marginsFor(projector, host, 1, { platform: 'darwin' })[0]?.marginBytes).toBe(gib);
  });
});
