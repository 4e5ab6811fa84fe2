import { describe, expect, it } from 'vitest';
import { openRequest } from '../../../src/advice/check.ts';
import { toPlacementInput } from '../../../src/advice/placement/input.ts';
import type { PlacementResult } from '../../../src/advice/placement/types.ts';
import { waysToPlace } from '../../../src/advice/placement/ways.ts';
import type { CheckRequest, NeedParts } from '../../../src/advice/types.ts';
import { workloadFor } from '../../../src/advice/workload.ts';
import { buildById, weightsOf } from '../../../src/data/tables.ts';
import type { Machine } from '../../../src/machine/types.ts';
import { shapeOfBuild } from '../../../src/model/memory/build-shape.ts';
import { estimateMemory } from '../../../src/model/memory/estimate.ts';
import { toSchedulerTarget } from '../../../src/server-rules/target.ts';
import { gib, gpu, mac, machine, mib } from '../machines.ts';

const projectorBytes = 175_115_584;
/** The draft model's file, and what it computes in beside the same masks as the model, at 4K and a micro-batch of 512. */
const masks = 2 * (4096 + 1024 + 512);
const drafterBytes = 470_000_000 + 512 * (129_028 + masks);
const drafterHostBytes = 512 * (30_728 + masks);
const cards = (...sizes: number[]) =>
  machine(sizes.map((size, index) => gpu({ id: `nvidia:${index}`, freeBytes: Math.floor(size * gib) })));

function place(on: Machine, id: string, request: Partial<CheckRequest> = {}, choose = firstOf): PlacementResult {
  const build = buildById(id);
  if (build === null) throw new Error(`no ${id}`);
  const asked = { ...openRequest, contextTokensTotal: 4096, ...request };
  const workload = workloadFor(asked, build.variant, asked.contextTokensTotal as number);
  const input = toPlacementInput(toSchedulerTarget(on), shapeOfBuild(build), workload);
  if (input === null) throw new Error('no case');
  return choose(input, workload);
}
/** Ollama's own way. */
function firstOf(...asked: Parameters<typeof waysToPlace>): PlacementResult {
  const [first] = waysToPlace(...asked).usual;
  if (first === undefined) throw new Error('no way');
  return first;
}
/** With most of the model on the card. */
function lastOf(...asked: Parameters<typeof waysToPlace>): PlacementResult {
  return waysToPlace(...asked).usual.at(-1) ?? firstOf(...asked);
}

const allOf = (parts: NeedParts) =>
  parts.weightsBytes + parts.kvCacheBytes + parts.computeBytes + parts.projectorBytes + parts.drafterBytes;
const textOf = (gpuLayers?: number) =>
  estimateMemory({ variant: '12b', quantization: 'Q4_K_M', contextTokens: 4096, ...(gpuLayers && { gpuLayers }) });

describe('a model that lies wholly on a card', () => {
  it('a model that lies wholly on a card is there with all its parts, and what stays free is what they leave', () => {
    const { placement, need } = place(cards(24), '12b');
    const { device, host } = textOf();
    const parts = { ...device, projectorBytes, drafterBytes };
    expect(need).toEqual({ device: parts, host: { ...host, projectorBytes: 0, drafterBytes: drafterHostBytes } });
    expect(placement).toMatchObject({ mode: 'full', gpuLayers: 49, totalLayers: 49, overflowingLayers: 0 });
    expect(placement.host).toEqual(need.host);
    expect(placement.devices).toEqual([
      expect.objectContaining({ ...parts, layers: 49, remainingBytes: 24 * gib - allOf(parts) }),
    ]);
  });

  it('a model that lies wholly on a card has the largest micro-batch that Ollama would choose, and a smaller one where that makes it fit', () => {
    const long = { contextTokens: 65_536 };
    const asked = { contextTokensTotal: 65_536 };
    expect(place(cards(24), '12b-it-q4_K_M', asked)).toMatchObject({ microBatch: 2048, findings: [] });
    const { device } = estimateMemory({ variant: '12b', quantization: 'Q4_K_M', ...long, microBatch: 512 });
    // the projector and 1 GiB in whole MiB, and the CPU's share of 14,753,464 bytes
    const freeBytes = allOf({ ...device, projectorBytes: 0, drafterBytes: 0 }) + 1192 * mib + 14_753_464;
    const exactly = place(machine([gpu({ freeBytes })]), '12b-it-q4_K_M', asked);
    expect(exactly).toMatchObject({ microBatch: 512, placement: { mode: 'full' } });
    const less = place(machine([gpu({ freeBytes: freeBytes - 1 })]), '12b-it-q4_K_M', asked);
    expect(less.placement.mode).toBe('split');
  });

  it('a model that lies wholly on a card has the micro-batch that was asked for and no other', () => {
    expect(place(cards(24), '12b-it-q4_K_M', { contextTokensTotal: 65_536, microBatch: 1024 }).microBatch).toBe(1024);
    expect(place(cards(6), '12b-it-q4_K_M', { contextTokensTotal: 65_536, microBatch: 1024 }).microBatch).toBe(1024);
  });

  it('a model that lies wholly on a card shares its embedding with the host on Metal, and on no other device', () => {
    expect(place(mac(24 * gib, 40 * gib), '12b').sharedBytes).toBe(weightsOf('12b', 'Q4_K_M')?.tokenEmbedding);
    expect(place(cards(24), '12b').sharedBytes).toBe(0);
  });
});

describe('the draft model of a build', () => {
  const whole = allOf({ ...textOf().device, projectorBytes, drafterBytes: 0 });

  it('the draft model of a build lies in what the fit keeps free: the model is placed whole though both together leave less than the margin', () => {
    const { placement, findings } = place(machine([gpu({ freeBytes: whole + gib + 20 * mib })]), '12b');
    expect(placement).toMatchObject({ mode: 'full', devices: [{ drafterBytes }] });
    expect(placement.devices[0]?.remainingBytes).toBe(gib + 20 * mib - drafterBytes);
    expect(findings).toEqual([]);
  });

  it('the draft model of a build is dropped where less is left than it takes, and that is told', () => {
    const { placement, need, findings } = place(cards(5), '12b', { contextTokensTotal: 131_072, microBatch: 2048 });
    const [device] = placement.devices;
    expect(device?.drafterBytes).toBe(0);
    expect(findings).toContainEqual({
      code: 'drafter-dropped',
      drafterBytes: need.device.drafterBytes,
      freeBytes: Math.max(device?.remainingBytes ?? 0, 0),
    });
  });

  it('the draft model of a build took a row of logits for each token with a llama.cpp of July 2026', () => {
    const build = buildById('12b');
    if (build === null) throw new Error('no 12b');
    const workload = workloadFor({ ...openRequest, contextTokensTotal: 4096 }, '12b', 0);
    const input = toPlacementInput(toSchedulerTarget(cards(24), '0.32.8'), shapeOfBuild(build), workload);
    const placed = input && firstOf(input, workload);
    expect((placed?.need.device.drafterBytes ?? 0) - 470_000_000).toBe(512 * (4 * 262_144 + 8 * 3840));
  });
});

describe('a model over two cards', () => {
  const { placement, how } = place(cards(7, 7), '12b');

  it('a model over two cards has projector and drafter on the first one alone', () => {
    expect({ how, mode: placement.mode }).toEqual({ how: 'plain', mode: 'full' });
    expect(placement.devices.map((device) => device.projectorBytes)).toEqual([projectorBytes, 0]);
    expect(placement.devices.map((device) => device.drafterBytes)).toEqual([drafterBytes, 0]);
    expect(placement.host).toMatchObject({ projectorBytes: 0, drafterBytes: drafterHostBytes });
  });

  it('a model over two cards leaves on each what its parts leave', () => {
    expect(placement.devices.map(({ remainingBytes }) => remainingBytes)).toEqual(
      placement.devices.map((device) => 7 * gib - allOf(device)),
    );
    expect(placement.devices.reduce((sum, { layers }) => sum + layers, 0)).toBe(49);
  });
});

describe('a model that no device holds whole', () => {
  it('a model that no device holds whole is computed in the smallest steps, which leaves most room for layers', () => {
    const { placement, microBatch } = place(cards(6), '12b-it-q4_K_M', { contextTokensTotal: 65_536 });
    expect(placement.mode).toBe('split');
    expect(microBatch).toBe(512);
  });

  it('a model that no device holds whole has its number of layers fixed where that brings more of it onto the card, the projector in RAM', () => {
    const freeBytes = allOf({ ...textOf(30).device, projectorBytes: 0, drafterBytes: 0 }) + gib;
    const { placement, need, findings, how } = place(machine([gpu({ freeBytes })]), '12b-it-q4_K_M', {}, lastOf);
    const { device, host } = textOf(30);
    expect(findings).toEqual([{ code: 'pinned-layers', gpuLayers: 30, totalLayers: 49 }]);
    expect(placement).toEqual({
      mode: 'split',
      gpuLayers: 30,
      totalLayers: 49,
      overflowingLayers: 0,
      devices: [
        {
          ...device,
          accelerator: 'nvidia:0',
          layers: 30,
          projectorBytes: 0,
          drafterBytes: 0,
          freeBytes,
          marginBytes: gib,
          remainingBytes: gib,
        },
      ],
      host: { ...host, projectorBytes, drafterBytes: 0 },
    });
    expect(need.device.projectorBytes).toBe(projectorBytes);
    expect(how).toBe('plain');
  });

  it('a model that no device holds whole is left to llama.cpp where images are wanted', () => {
    const { placement, findings } = place(cards(6), '12b-it-q4_K_M', { vision: true }, lastOf);
    expect(findings).toEqual([]);
    expect(placement.devices[0]?.projectorBytes).toBe(projectorBytes);
    expect(placement.mode).toBe('split');
  });

  it('a model that no device holds whole keeps its projector in RAM where the card has no room for it', () => {
    const { placement, need } = place(cards(1.1), '12b-it-q4_K_M');
    expect(placement.host.projectorBytes).toBe(projectorBytes);
    expect(need.host.projectorBytes).toBe(projectorBytes);
    expect(need.device.projectorBytes).toBe(0);
    expect(placement.devices[0]).toMatchObject({ projectorBytes: 0, layers: 0 });
  });

  it('a model that no device holds whole with experts keeps its layers on the card and moves experts off it: no number is fixed', () => {
    expect(place(cards(2.5), '26b-a4b-it-q4_K_M').findings).toEqual([]);
    const { placement, findings } = place(cards(12), '26b-a4b-it-q4_K_M');
    expect(findings).toEqual([]);
    expect(placement).toMatchObject({ mode: 'split', gpuLayers: 31, totalLayers: 31 });
    expect(placement.overflowingLayers).toBeGreaterThan(0);
  });

  it('a model that no device holds whole goes the plain way when no way brings more onto the cards', () => {
    const { how, placement } = place(cards(0.5, 0.6), '31b-it-q4_K_M');
    expect({ how, layers: placement.gpuLayers }).toEqual({ how: 'plain', layers: 0 });
  });
});

describe('a model on a computer without a device', () => {
  it('a model on a computer without a device lies on the CPU, with the micro-batch that Ollama would choose there', () => {
    const { placement, microBatch, how, preflight } = place(machine(), '12b', { contextTokensTotal: 65_536 });
    expect(placement).toMatchObject({ mode: 'cpu', devices: [], host: { projectorBytes } });
    expect(placement.host.drafterBytes).toBe(470_000_000 + 2048 * (113_672 + 2 * (65_536 + 3072)));
    expect({ microBatch, how, mmapOff: preflight?.mmapOff }).toEqual({ microBatch: 2048, how: null, mmapOff: 'cpu' });
  });
});
