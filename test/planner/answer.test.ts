import { describe, expect, it } from 'vitest';
import { checkMachine, openRequest } from '../../src/advice/check.ts';
import { GiB } from '../../src/data/units.ts';
import { hypotheticalMachine } from '../../src/machine/hypothetical/index.ts';
import { answerTo, bringsItsMemory } from '../../src/planner/answer.ts';
import { deviceOptions } from '../../src/planner/choices.ts';
import { initialState } from '../../src/planner/state.ts';

const version = '1.2.3';
/** GEMMA_FIT_ALL=1: every device is asked about, not one of ten. */
const every = process.env.GEMMA_FIT_ALL === '1' ? 1 : 10;
const ramBeside = (gpu: string) => (bringsItsMemory(gpu) ? {} : { ramBytes: 64 * GiB });

describe('the answer of the planner', () => {
  it('the answer of the planner is that of check for the same machine and request', () => {
    const machine = hypotheticalMachine({ gpu: 'RTX 3060 12GB', ramBytes: 16 * GiB, platform: 'win32' });
    const expected = checkMachine(machine, { ...openRequest, useCase: 'code' }, { version, dataAgeDays: 0 });
    const found = answerTo({ ...initialState, gpu: 'RTX 3060 12GB', ram: '16GB', os: 'win32', use: 'code' }, version);
    expect(found).toMatchObject({ kind: 'answer', result: expected });
  });

  it.each([
    { gpu: 'RTX 9999 Ultra', says: /RTX 9999 Ultra/ },
    { ram: 'much', says: /not an amount of memory/ },
    { gpu: 'M3 Max 64GB', os: 'linux' as const, says: /Apple/ },
  ])(
    'the answer of the planner is the sentence of the command line where that refuses: $says',
    ({ says, ...asked }) => {
      const found = answerTo({ ...initialState, ...asked }, version);
      expect(found.kind === 'refused' && found.message).toMatch(says);
    },
  );

  it.each(['', 'none'])('the answer of the planner for no GPU (%j) is that of a computer without one', (gpu) => {
    const found = answerTo({ ...initialState, gpu }, version);
    expect(found.kind === 'answer' && found.result.machine.accelerators).toEqual([]);
  });
});

describe('the list of devices', () => {
  it('the list of devices offers only what is understood', () => {
    for (const gpu of deviceOptions()) expect(() => hypotheticalMachine({ gpu, ...ramBeside(gpu) }), gpu).not.toThrow();
  });

  it('the list of devices offers only what is answered', () => {
    const asked = deviceOptions().filter((_, index) => index % every === 0);
    const refused = asked.filter((gpu) => answerTo({ ...initialState, gpu, ram: '64GB' }, version).kind === 'refused');
    expect(refused).toEqual([]);
  }, 120_000);
});
