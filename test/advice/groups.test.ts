import { describe, expect, it } from 'vitest';
import { groupsOf, knownDevices } from '../../src/server-rules/devices.ts';
import { gib, gpu, machine } from './machines.ts';

const ids = (...accelerators: Parameters<typeof machine>[0] & object) =>
  groupsOf(knownDevices(machine(accelerators))).map((group) => group.map(({ id }) => id));

const amd = (id: string, freeBytes: number, more = {}) =>
  gpu({ id, vendor: 'amd', backend: 'rocm', freeBytes, ...more });

describe('groups of devices, one for each library', () => {
  it('groups of devices, one for each library come with the most free memory first', () => {
    expect(ids(gpu({ freeBytes: 8 * gib }), amd('amd:0', 12 * gib), amd('amd:1', 4 * gib))).toEqual([
      ['amd:0', 'amd:1'],
      ['nvidia:0'],
    ]);
  });

  it('groups of devices, one for each library put a card before graphics that share the RAM, however much that is', () => {
    expect(ids(amd('amd:0', 90 * gib, { kind: 'integrated' }), gpu({ freeBytes: 8 * gib }))).toEqual([
      ['nvidia:0'],
      ['amd:0'],
    ]);
  });

  it('groups of devices, one for each library of equal size come in the order of their names, whatever the order they were found in', () => {
    const [a, b] = [amd('amd:0', 8 * gib), gpu({ id: 'nvidia:0', freeBytes: 8 * gib })];
    expect(ids(b, a)).toEqual([['amd:0'], ['nvidia:0']]);
    expect(ids(a, b)).toEqual([['amd:0'], ['nvidia:0']]);
  });
});
