import { describe, expect, it } from 'vitest';
import { probeMachine } from '../../src/machine/probe.ts';
import { expectedMachine, machineNames, replay } from './replay.ts';

/** Far more than a replay needs, so that a busy computer does not make a probe time out. */
const budgetMs = 15_000;

describe('a machine replayed from its folder is read as machine.json says', () => {
  it.each(machineNames())('%s', async (name) => {
    expect(await probeMachine(replay(name), { budgetMs })).toMatchObject(expectedMachine(name));
  });
});

describe('every machine', () => {
  it.each(machineNames())(
    '%s: ids are unique, numbers are whole and possible, what is unusable says why',
    async (name) => {
      const { accelerators, evidence } = await probeMachine(replay(name), { budgetMs });
      expect(new Set(accelerators.map(({ id }) => id)).size).toBe(accelerators.length);
      for (const { memory, usable, reason, bandwidthBytesPerSecond } of accelerators) {
        for (const bytes of [memory.totalBytes, memory.freeBytes, bandwidthBytesPerSecond]) {
          if (bytes !== null) expect(bytes).toSatisfy((value: number) => Number.isInteger(value) && value >= 0);
        }
        if (memory.totalBytes !== null) expect(memory.freeBytes ?? 0).toBeLessThanOrEqual(memory.totalBytes);
        expect(usable === true).toBe(reason === null);
      }
      const json = JSON.stringify({ accelerators, evidence });
      expect(json).not.toMatch(/GPU-[0-9a-f]{8}-|MIG-[0-9a-f]{8}-[0-9a-f]{4}/);
    },
  );
});
