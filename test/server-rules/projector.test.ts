import { describe, expect, it } from 'vitest';
import { buildById } from '../../src/data/tables.ts';
import type { Machine } from '../../src/machine/types.ts';
import { shapeOfBuild } from '../../src/model/memory/build-shape.ts';
import { projectorHome } from '../../src/server-rules/projector.ts';
import { decideSchedule } from '../../src/server-rules/scheduler.ts';
import { toSchedulerTarget } from '../../src/server-rules/target.ts';
import { gib, gpu, machine, ram } from '../advice/machines.ts';

const built = (id: string) => {
  const build = buildById(id);
  if (build === null) throw new Error(`no build ${id}`);
  return shapeOfBuild(build);
};
const decision = (on: Machine, id = 'e2b-it-q4_K_M', contextTokens = 4096) =>
  decideSchedule(toSchedulerTarget(on), built(id), contextTokens);
const handed = (on: Machine) => decision(on)?.devices.map(({ id }) => id);
const second = { id: 'nvidia:1' };

/** Ollama's guess for e2b-it-q4_K_M at 4,096 tokens: its file and 26,880 bytes a token. */
const guess = 7_162_394_016 + 26_880 * 4096;
/** Free memory of which that is 80 %. */
const enough = guess / 0.8;

describe('the projector of a load over several devices', () => {
  it('the projector of a load over several devices goes to the CPU when one of them has no room for it, be the other as large as it likes', () => {
    const target = toSchedulerTarget(
      machine([gpu({ freeBytes: 80 * gib }), gpu({ ...second, freeBytes: 2 * gib - 1 })]),
    );
    const [large] = target.groups.flat();
    expect(projectorHome(gib, target.groups.flat())).toBe('ram');
    expect(large && projectorHome(gib, [large])).toBe('device');
  });
});

describe('what Ollama decides before the load', () => {
  it.each(['31b-mxfp8', '12b-mlx', '31b-cloud'])(
    'what Ollama decides before the load is not known for a build whose tensors are not: %s',
    (id) => {
      expect(decision(machine([gpu()]), id)).toBeNull();
    },
  );

  it('what Ollama decides before the load is not known for a build of unknown size', () => {
    const sizeless = { ...built('31b-it-qat'), fileBytes: null };
    expect(decideSchedule(toSchedulerTarget(machine([gpu()])), sizeless, 4096)).toBeNull();
  });

  it('what Ollama decides before the load hands over one device when the guess is 80 % of it to the byte, and both when it is a byte more', () => {
    const pair = (freeBytes: number) => machine([gpu({ freeBytes }), gpu({ ...second, freeBytes })]);
    expect(handed(pair(Math.ceil(enough)))).toEqual(['nvidia:0']);
    expect(handed(pair(Math.floor(enough) - 2))).toEqual(['nvidia:0', 'nvidia:1']);
  });

  it('what Ollama decides before the load hands over nothing where there is nothing, and leaves flash attention on', () => {
    expect(decision(machine([]))).toMatchObject({
      devices: [],
      projector: 'ram',
      mmapOff: 'cpu',
      flashAttention: true,
    });
  });

  it('what Ollama decides before the load switches flash attention off when one of the devices cannot do it', () => {
    const old = { ...second, architecture: '5.2', freeBytes: 8 * gib };
    expect(decision(machine([gpu({ freeBytes: 8 * gib }), gpu(old)]))).toMatchObject({ flashAttention: false });
    expect(decision(machine([gpu({ freeBytes: 8 * gib })]))).toMatchObject({ flashAttention: true });
  });

  describe('of an integrated device', () => {
    const integrated = { id: 'amd:card0', kind: 'integrated' as const, freeBytes: Math.ceil(enough) };
    const pair = (hostBytes: number | null) =>
      machine([gpu(integrated), gpu({ ...integrated, id: 'amd:card1' })], { memory: ram(hostBytes) });

    it.each([
      ['takes no more than RAM has', Math.floor(enough) - 2, ['amd:card0', 'amd:card1']],
      ['takes what it has where RAM has more', Math.ceil(enough) * 2, ['amd:card0']],
      ['takes what it has where nobody knows the RAM', null, ['amd:card0']],
    ])('%s', (_rule, hostBytes, devices) => expect(handed(pair(hostBytes))).toEqual(devices));

    it('Ollama never asks RAM about a card with memory of its own', () => {
      const cards = [gpu({ freeBytes: Math.ceil(enough) }), gpu({ ...second, freeBytes: Math.ceil(enough) })];
      expect(handed(machine(cards, { memory: ram(gib) }))).toEqual(['nvidia:0']);
    });
  });
});
