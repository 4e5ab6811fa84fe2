import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMachine, openRequest } from '../../src/advice/check.ts';
import { createFleet, type Fleet, fleetSteps } from '../../src/advice/fleet.ts';
import { roundedDown, signatureOf } from '../../src/advice/fleet-machine.ts';
import { parseRequirement } from '../../src/advice/requirements/parse.ts';
import { exitOfFleet } from '../../src/commands/fleet.ts';
import type { Machine } from '../../src/machine/types.ts';
import { fleetRenderers } from '../../src/report/fleet/index.ts';
import { fleetFormats } from '../../src/report/options.ts';
import { displayWidth } from '../../src/report/text.ts';
import { hostileNames } from './hostile.ts';
import { createAccelerator, createMachine, createOptions, GIB } from './result.ts';
import { junitFaults, parseXml } from './xml.ts';

const context = { version: '0.1.0', dataAgeDays: 1 };
const card = (gib: number, name = `Card of ${gib} GiB`): Machine =>
  createMachine({
    accelerators: [createAccelerator({ name, memory: { totalBytes: gib * GIB, freeBytes: gib * GIB - 300_000_000 } })],
  });

function fleetOf(machines: Record<string, Machine | string>, specs: string[] = []): Fleet {
  const builder = createFleet(
    { ...openRequest, contextTokensTotal: 32768, requirements: specs.map(parseRequirement) },
    context,
  );
  for (const [name, machine] of Object.entries(machines)) {
    if (typeof machine === 'string') builder.addUnreadable(name, machine);
    else builder.add(name, machine);
  }
  return builder.finish();
}

describe('many machines', () => {
  const mixed = fleetOf({ big: card(80), middle: card(24), small: card(8) }, ['26b@32k:gpu']);

  it('each of many machines gets the answer that check gives it', () => {
    const alone = checkMachine(
      roundedDown(card(24), fleetSteps),
      { ...openRequest, contextTokensTotal: 32768 },
      context,
    );
    expect(mixed.rows[1]).toMatchObject({
      name: 'middle',
      recommended: alone.recommendation?.tag,
      verdict: 'gpu',
      ceilingTokens: alone.recommendation?.ceilingTokens,
    });
  });

  it('what runs wholly on the GPU of all of many machines is found', () => {
    expect(mixed.everywhere?.onDevice).toBe(3);
    const { candidates } = checkMachine(
      roundedDown(card(8), fleetSteps),
      { ...openRequest, contextTokensTotal: 32768 },
      context,
    );
    const onSmallest = candidates.filter(({ verdict }) => verdict === 'gpu').map(({ variant }) => variant);
    expect(onSmallest).toContain(mixed.everywhere?.variant);
    expect(onSmallest).not.toContain('12b');
  });

  it('a fleet counts where a requirement fails, and exits with no-fit for one failure', () => {
    expect(mixed.requirements).toEqual([{ text: '26b@32k:gpu', met: 2, failed: 1, unknown: 0 }]);
    expect(exitOfFleet(mixed)).toBe('no-fit');
    expect(exitOfFleet(fleetOf({ big: card(80) }, ['26b@32k:gpu']))).toBe('ok');
  });

  it('a machine that cannot be read is kept as a row that is not known', () => {
    const fleet = fleetOf({ big: card(80), odd: 'This is not a machine file.' });
    expect(fleet.rows[1]).toMatchObject({ name: 'odd', verdict: 'unknown', error: 'This is not a machine file.' });
    expect(fleet.everywhere).toBeNull();
    expect(exitOfFleet(fleet)).toBe('unknown');
  });
});

describe('machines that hardly differ', () => {
  it('machines that hardly differ never have more memory than they have, and lose little of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 41 }), (freeBytes) => {
        const machine = createMachine({
          accelerators: [createAccelerator({ memory: { totalBytes: freeBytes, freeBytes } })],
        });
        const rounded = roundedDown(machine, fleetSteps).accelerators[0]?.memory.freeBytes ?? 0;
        expect(rounded).toBeLessThanOrEqual(freeBytes);
        expect(rounded).toBeGreaterThan(freeBytes * (1 - 1 / 127) - 1);
      }),
    );
  });

  it('machines that hardly differ share an answer whatever was read from where, and not with others', () => {
    const same = createMachine({
      accelerators: [createAccelerator({ source: 'elsewhere', holders: [] })],
      evidence: [],
    });
    expect(signatureOf(same)).toBe(signatureOf(createMachine()));
    expect(signatureOf(card(8))).not.toBe(signatureOf(card(24)));
  });
});

describe.each(fleetFormats)('as %s', (format) => {
  it('a fleet in that format shows every machine, whatever its name', () => {
    const machines = Object.fromEntries(hostileNames.map((name, index) => [`${name}#${index}`, card(24, name)]));
    const text = fleetRenderers[format](fleetOf(machines, ['26b@32k:gpu']), createOptions({ columns: 100 }));
    expect(text.split('\n').length).toBeGreaterThan(hostileNames.length);
    expect(text).not.toMatch(/[^\P{Cc}\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
    expect(text.split('\n').filter((line) => /^\s*::/.test(line) || line.includes('##['))).toEqual([]);
    if (format === 'junit') expect(junitFaults(parseXml(text))).toEqual([]);
    if (format === 'json') expect(JSON.parse(text).rows).toHaveLength(hostileNames.length);
    if (format === 'human') for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(100);
  });
});

describe('in words', () => {
  const say = (fleet: Fleet): string => fleetRenderers.human(fleet, createOptions({ quiet: true }));

  it('a fleet in words says what runs everywhere', () => {
    const alone = checkMachine(
      roundedDown(card(24), fleetSteps),
      { ...openRequest, contextTokensTotal: 32768 },
      context,
    );
    const tag = alone.recommendation?.tag;
    expect(say(fleetOf({ a: card(24), b: card(24) }))).toBe(`${tag} runs on all 2 machines, fully on the GPU.\n`);
  });

  it('a fleet in words says how many fall short', () => {
    expect(say(fleetOf({ a: card(24), b: card(8) }, ['26b@32k:gpu']))).toBe('1 of 2 machines fails 26b@32k:gpu.\n');
    expect(say(fleetOf({ a: card(24) }, ['26b@32k:gpu']))).toBe('The one machine passes 26b@32k:gpu.\n');
  });

  it('a fleet in words does not count a machine as short of which nobody can tell', () => {
    const unread = createMachine({
      accelerators: [createAccelerator({ memory: { totalBytes: 24 * GIB, freeBytes: null } })],
    });
    expect(say(fleetOf({ a: card(24), b: unread }, ['26b@32k:gpu']))).toBe(
      'Unknown whether 1 of 2 machines passes 26b@32k:gpu.\n',
    );
    expect(say(fleetOf({ a: card(8), b: unread }, ['26b@32k:gpu']))).toBe(
      '1 of 2 machines fails 26b@32k:gpu; unknown for 1 more.\n',
    );
  });

  it('a fleet in words speaks of one machine as one', () => {
    expect(say(fleetOf({ a: card(24) }))).toContain(' runs on the one machine, fully on the GPU.');
  });

  it('a fleet in words says that free memory is rounded down', () => {
    expect(fleetRenderers.human(fleetOf({ a: card(24) }), createOptions({ columns: 200 }))).toContain(
      'rounded down by up to 1 %',
    );
  });
});
