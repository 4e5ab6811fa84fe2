import { describe, expect, it } from 'vitest';
import { openRequest } from '../../../src/advice/check.ts';
import { toPlacementInput } from '../../../src/advice/placement/input.ts';
import { waysToPlace } from '../../../src/advice/placement/ways.ts';
import type { CheckRequest } from '../../../src/advice/types.ts';
import { workloadFor } from '../../../src/advice/workload.ts';
import { buildById } from '../../../src/data/tables.ts';
import type { Machine } from '../../../src/machine/types.ts';
import { shapeOfBuild } from '../../../src/model/memory/build-shape.ts';
import { toSchedulerTarget } from '../../../src/server-rules/target.ts';
import { appleGpu, gib, gpu, machine, ram } from '../machines.ts';

function waysOf(on: Machine, id = '12b-it-qat', request: Partial<CheckRequest> = {}) {
  const build = buildById(id);
  if (build === null) throw new Error(`no ${id}`);
  const workload = workloadFor({ ...openRequest, ...request }, build.variant, 8192);
  const input = toPlacementInput(toSchedulerTarget(on), shapeOfBuild(build), workload);
  if (input === null) throw new Error('no case');
  return waysToPlace(input, workload);
}
const card = (change: Parameters<typeof gpu>[0] = {}) =>
  machine([gpu({ name: 'Quadro K2200', freeBytes: 4 * gib, ...change })]);
const others = (on: Machine, id?: string) => waysOf(on, id).others.map((way) => way.place());

const laid = (on: Machine) => others(on).map((placed) => placed?.placement);

describe('ways to place a model with little of it on the card', () => {
  it('ways to place a model with little of it on the card are one layer, and none with num_gpu 0: then all of it lies in RAM as on a computer without a card', () => {
    const found = others(card());
    expect(found.map((placed) => placed?.placement.gpuLayers)).toEqual([1, 0]);
    expect(found.every((placed) => placed?.findings.some(({ code }) => code === 'pinned-layers'))).toBe(true);
    const [alone] = waysOf(machine()).usual;
    expect(found.at(-1)).toMatchObject({ placement: alone?.placement, microBatch: alone?.microBatch });
  });

  it.each([
    ['of a slow card', card({ bandwidthBytesPerSecond: 20e9 })],
    ['of a fast one', card({ bandwidthBytesPerSecond: 2000e9 })],
    ['of one whose speed nobody knows', card({ bandwidthBytesPerSecond: null })],
    ['beside slow RAM', { ...card(), memory: { ...ram(60 * gib), bandwidthBytesPerSecond: 5e9 } }],
  ])('ways to place a model with little of it on the card are the same whatever the bandwidth: %s', (_what, on) => {
    expect(laid(on)).toEqual(laid(card()));
  });

  it('ways to place a model with little of it on the card are there where the whole model lies on the card, and where card and CPU share the memory', () => {
    for (const on of [card({ freeBytes: 24 * gib }), machine([appleGpu(30 * gib)])]) {
      expect(others(on).map((placed) => placed?.placement.gpuLayers)).toEqual([1, 0]);
    }
  });

  it('ways to place a model with little of it on the card tell how many layers there would be before their memory is worked out', () => {
    const { others: found } = waysOf(card());
    const layers = found.map((way) => way.timed().placement.devices.map((device) => device.layers));
    expect(layers).toEqual([[1], []]);
  });

  it('ways to place a model with little of it on the card give the one layer to the fastest of several cards, the most that it can be worth', () => {
    const two = machine([
      gpu({ freeBytes: 4 * gib, bandwidthBytesPerSecond: 100e9 }),
      gpu({ id: 'nvidia:1', freeBytes: 3 * gib, bandwidthBytesPerSecond: 900e9 }),
    ]);
    const { others: found } = waysOf(two);
    expect(found[0]?.timed().placement.devices).toEqual([{ accelerator: 'nvidia:1', layers: 1 }]);
  });

  it('ways to place a model with little of it on the card are none of RAM alone where its weights alone are more than the RAM', () => {
    const small = { ...card(), memory: ram(4 * gib) };
    expect(others(small).at(-1)).toBeNull();
    expect(others({ ...card(), memory: ram(null) }).at(-1)).not.toBeNull();
  });
});

describe('ways to place a model without a device', () => {
  it('ways to place a model without a device is the one way there is', () => {
    const { usual, others: found } = waysOf(machine());
    expect(usual.map(({ placement }) => placement.mode)).toEqual(['cpu']);
    expect(found).toEqual([]);
  });
});

describe('the placement of a tag that is there already', () => {
  const laidAs = (gpuLayers: number | null, on: Machine, id = '12b-it-q4_K_M') => {
    const { usual, others: found } = waysOf(on, id, { fixed: { gpuLayers, mainGpu: null } });
    expect([usual.length, found.length]).toEqual([1, 0]);
    const [{ placement, findings } = { placement: null, findings: [] }] = usual;
    const pinned = findings.some(({ code }) => code === 'pinned-layers');
    return { mode: placement?.mode, layers: placement?.gpuLayers, pinned };
  };

  it('the placement of a tag without num_gpu is the one that the server makes unasked, though another is worth more', () => {
    const free = card({ freeBytes: 6 * gib });
    const plain = laidAs(null, free);
    expect(plain).toMatchObject({ mode: 'split', pinned: false });
    expect(waysOf(free, '12b-it-q4_K_M').usual.at(-1)?.placement.gpuLayers).toBeGreaterThan(plain.layers ?? 0);
    expect(laidAs(null, card({ freeBytes: 24 * gib }))).toEqual({ mode: 'full', layers: 49, pinned: false });
  });

  it.each([1, 10, 30])('the placement of a tag with num_gpu %s has so many layers on the card', (layers) => {
    expect(laidAs(layers, card({ freeBytes: 24 * gib }))).toEqual({ mode: 'split', layers, pinned: true });
  });

  it('the placement of a tag with num_gpu 0 leaves the card alone, and one with more layers than there are has all', () => {
    expect(laidAs(0, card({ freeBytes: 24 * gib }))).toEqual({ mode: 'cpu', layers: 0, pinned: true });
    expect(laidAs(99, card({ freeBytes: 24 * gib }))).toEqual({ mode: 'full', layers: 49, pinned: false });
  });
});
