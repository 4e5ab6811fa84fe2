import { describe, expect, it } from 'vitest';
import { deviceSetsToTry, type ExtraLoads, onMainGpu } from '../../src/server-rules/device-sets.ts';
import { type SchedulerTarget, toSchedulerTarget } from '../../src/server-rules/target.ts';
import { gib, gpu, machine } from '../advice/machines.ts';

const nothing: ExtraLoads = { projectorBytes: 0, drafterBytes: 0, oneDeviceOnly: false };
const cards = (...sizes: number[]) => sizes.map((size, index) => gpu({ id: `nvidia:${index}`, freeBytes: size * gib }));
const pair = toSchedulerTarget(machine(cards(8, 12)));
const pick = (target: SchedulerTarget, ids: string[]) => ({
  devices: target.groups.flat().filter(({ id }) => ids.includes(id)),
});
const ways = (target: SchedulerTarget, ids: string[], extras = nothing) =>
  deviceSetsToTry(target, pick(target, ids), extras).map(({ how, slots }) => [
    how,
    ...slots.map(({ device }) => device.id),
  ]);

describe('ways to seat a load', () => {
  it.each<[string, SchedulerTarget, string[], string[][]]>([
    ['none without devices', toSchedulerTarget(machine([])), [], []],
    ['none where Ollama hands none over', pair, [], []],
    ['only its own on one card', toSchedulerTarget(machine(cards(8))), ['nvidia:0'], [['plain', 'nvidia:0']]],
    [
      'both cards as Ollama does, or the larger alone',
      pair,
      ['nvidia:0', 'nvidia:1'],
      [
        ['plain', 'nvidia:0', 'nvidia:1'],
        ['main-gpu', 'nvidia:1'],
      ],
    ],
    [
      'the larger as Ollama does, or both',
      pair,
      ['nvidia:1'],
      [
        ['plain', 'nvidia:1'],
        ['spread', 'nvidia:0', 'nvidia:1'],
      ],
    ],
    [
      'the smaller as Ollama does, the larger, or both',
      pair,
      ['nvidia:0'],
      [
        ['plain', 'nvidia:0'],
        ['main-gpu', 'nvidia:1'],
        ['spread', 'nvidia:0', 'nvidia:1'],
      ],
    ],
  ])('ways to seat a load are %s', (_what, target, handed, expected) => expect(ways(target, handed)).toEqual(expected));

  it('ways to seat a load of a model that fails on several devices are those with one', () => {
    const alone = { ...nothing, oneDeviceOnly: true };
    expect(ways(pair, ['nvidia:0', 'nvidia:1'], alone)).toEqual([['main-gpu', 'nvidia:1']]);
    expect(ways(pair, ['nvidia:1'], alone)).toEqual([['plain', 'nvidia:1']]);
  });

  it('ways to seat a load spread over the cards of one library only', () => {
    const arc = gpu({ id: 'intel:0', vendor: 'intel', backend: 'vulkan', freeBytes: 6 * gib });
    const target = toSchedulerTarget(machine([...cards(8, 12), arc]));
    expect(ways(target, ['nvidia:1'])).toEqual([
      ['plain', 'nvidia:1'],
      ['spread', 'nvidia:0', 'nvidia:1'],
    ]);
  });
});

describe('the seats', () => {
  const both = (change: Partial<ExtraLoads>) =>
    deviceSetsToTry(pair, pick(pair, ['nvidia:0', 'nvidia:1']), { ...nothing, ...change })[0];
  const margins = (change: Partial<ExtraLoads>) => both(change)?.slots.map(({ marginBytes }) => marginBytes);

  it('the seats keep 1 GiB each for text alone', () => {
    expect(both({})?.projector).toBe('none');
    expect(margins({})).toEqual([gib, gib]);
  });

  // Ollama asks for projector + 1 GiB on each; llama-server adds 14,753,464 to the first, projector + 147,324,928 to the second.
  it('the seats keep what Ollama and llama-server ask for beside a projector', () => {
    expect(both({ projectorBytes: gib })?.projector).toBe('device');
    expect(margins({ projectorBytes: gib })).toEqual([2 * gib + 14_753_464, 3 * gib + 147_324_928]);
  });

  it('the seats keep what the user has set on the server in its place', () => {
    expect(margins({ projectorBytes: gib, fitTargetBytes: 5 })).toEqual([5 + 14_753_464, 5 + gib + 147_324_928]);
  });

  it('the seats know that a projector has no room on a card', () => {
    expect(both({ projectorBytes: 8 * gib })?.projector).toBe('ram');
  });

  it('the seats keep no room for the draft model: llama.cpp loads it after its fit', () => {
    expect(both({ drafterBytes: 7 * gib })?.slots).toEqual(both({ drafterBytes: 0 })?.slots);
  });
});

describe('the device that main_gpu means', () => {
  const idsOf = (target: SchedulerTarget) => target.groups.map((group) => group.map(({ id }) => id));

  it('the device that main_gpu means is the one with that number', () => {
    expect(idsOf(onMainGpu(pair, 0))).toEqual([['nvidia:0']]);
    expect(idsOf(onMainGpu(pair, 1))).toEqual([['nvidia:1']]);
    expect(onMainGpu(pair, 2)).toBe(pair);
  });

  it('the device that main_gpu means is the preferred one where two libraries have one of that number', () => {
    const other = gpu({ id: 'amd:0', name: 'RX 7900', vendor: 'amd', backend: 'rocm', freeBytes: 20 * gib });
    const mixed = toSchedulerTarget(machine([...cards(8), other]));
    expect(idsOf(onMainGpu(mixed, 0))).toEqual([['amd:0']]);
  });
});
