import { describe, expect, it } from 'vitest';
import { openRequest } from '../../src/advice/check.ts';
import { createFleet, type Fleet } from '../../src/advice/fleet.ts';
import { parseRequirement } from '../../src/advice/requirements/parse.ts';
import type { CheckRequest } from '../../src/advice/types.ts';
import { dataVersion } from '../../src/data/tables.ts';
import type { Machine } from '../../src/machine/types.ts';
import { ask } from './case.ts';
import { gib, gpu, machine, ram } from './machines.ts';

/** Sizes that are whole steps, so that rounding changes nothing. */
const card = (freeGiB: number) => machine([gpu({ name: `Card ${freeGiB}`, freeBytes: freeGiB * gib })]);
const plain = (ramGiB: number, brand: string | null = 'Test') =>
  machine([], { memory: ram(ramGiB * gib), cpu: { ...machine().cpu, brand } });
const [large, middle, small] = [card(80), card(20), card(4)];
const unread = machine([gpu({ freeBytes: null })]);
const asked: Partial<CheckRequest> = { contextTokensTotal: 16_384 };

/** Machines by name; a text is one that could not be read. */
function fleetOf(machines: Record<string, Machine | string>, request: Partial<CheckRequest> = asked): Fleet {
  const builder = createFleet({ ...openRequest, ...request }, { version: '1.2.3', dataAgeDays: 5 });
  for (const [name, one] of Object.entries(machines)) {
    if (typeof one === 'string') builder.addUnreadable(name, one);
    else builder.add(name, one);
  }
  return builder.finish();
}

/** Verdicts of the builds of a machine on its own, by tag, best first. */
const verdicts = (on: Machine) =>
  new Map(ask(on, asked).candidates.map(({ tag, verdict }, place) => [tag, { verdict, place }]));

describe('a fleet', () => {
  it('a fleet says who answers, from which data, what was asked and how free memory was rounded', () => {
    const fleet = fleetOf({});
    expect(fleet).toEqual({
      schemaVersion: '1.0',
      tool: { name: 'gemma-fit', version: '1.2.3' },
      data: { version: dataVersion, ageDays: 5 },
      request: { ...openRequest, ...asked },
      roundedDownTo: { deviceShare: 1 / 128, ramShare: 1 / 64, ramBesideCardShare: 1 / 8 },
      rows: [],
      everywhere: null,
      models: [],
      requirements: [],
    });
  });
});

describe('the row of a machine', () => {
  it.each([
    ['gpu', middle],
    ['cpu', plain(32)],
  ] as const)('the row of a machine has the verdict %s and what check recommends', (verdict, on) => {
    const alone = ask(on, asked).recommendation;
    expect(alone?.verdict).toBe(verdict);
    expect(fleetOf({ it: on }).rows).toEqual([
      {
        name: 'it',
        hardware: on === middle ? 'Card 20' : 'Test',
        recommended: alone?.tag,
        variant: alone?.variant,
        verdict,
        missing: null,
        ceilingTokens: alone?.ceilingTokens,
        speed: alone?.speed,
        requirements: [],
        error: null,
      },
    ]);
  });

  it.each([
    ['no', 'nothing fits', plain(1)],
    ['unknown', 'the free memory of its device was not read', unread],
  ] as const)('the row of a machine says %s and nothing else where %s', (verdict, _, on) => {
    expect(fleetOf({ it: on }).rows[0]).toMatchObject({
      recommended: null,
      variant: null,
      verdict,
      ceilingTokens: null,
      speed: null,
      error: null,
    });
  });

  it('the row of a machine says what is missing: memory, speed, or another server', () => {
    const missing = (on: Machine, request: Partial<CheckRequest> = {}) => fleetOf({ it: on }, request).rows[0]?.missing;
    expect(missing(plain(1))).toBe('memory');
    expect(missing(middle, { minimumTokensPerSecond: 9999 })).toBe('speed');
    expect(missing(middle, { ollamaVersion: '0.19.0' })).toBe('server');
    expect(missing(middle)).toBeNull();
  });

  it('the row of a machine whose models are all too slow counts for none of them', () => {
    const slow = fleetOf({ fast: middle, slow: plain(32) }, { minimumTokensPerSecond: 30 });
    expect(slow.rows.map(({ verdict }) => verdict)).toEqual(['gpu', 'no']);
    expect(slow.everywhere).toBeNull();
    expect(Math.max(...slow.models.map(({ atAll }) => atAll))).toBe(1);
  });

  it('the row of a machine says unknown where some builds are ruled out and of others nobody can tell', () => {
    const old = { ...asked, ollamaVersion: '0.30.5' };
    expect(new Set(ask(unread, old).candidates.map(({ verdict }) => verdict))).toEqual(new Set(['no', 'unknown']));
    expect(fleetOf({ it: unread }, old).rows[0]).toMatchObject({ recommended: null, verdict: 'unknown' });
  });

  it('the row of a machine of a file that could not be used has its error, and every requirement unknown', () => {
    const requirements = ['12b@8k', '31b@8k'].map(parseRequirement);
    expect(fleetOf({ odd: 'Not a machine.' }, { requirements }).rows).toEqual([
      {
        name: 'odd',
        hardware: '',
        recommended: null,
        variant: null,
        verdict: 'unknown',
        missing: null,
        ceilingTokens: null,
        speed: null,
        requirements: ['unknown', 'unknown'],
        error: 'Not a machine.',
      },
    ]);
  });

  it('the row of a machine comes in the order the machines came in', () => {
    expect(fleetOf({ b: small, x: 'bad', a: large }).rows.map(({ name }) => name)).toEqual(['b', 'x', 'a']);
  });

  it('the row of a machine shares its answer with machines that differ by less than a step, and with no other', () => {
    const nearly = machine([gpu({ name: 'Card 20', freeBytes: 20 * gib + 1000, totalBytes: 20 * gib })]);
    const { rows } = fleetOf({ a: middle, b: small, c: nearly, d: middle });
    expect(rows[2]).toEqual({ ...rows[0], name: 'c' });
    expect(rows[2]?.speed).toBe(rows[0]?.speed);
    expect(rows[3]?.speed).toBe(rows[0]?.speed);
    expect(rows[1]).not.toMatchObject({ recommended: rows[0]?.recommended, verdict: rows[0]?.verdict });
  });
});

describe('the hardware of a machine', () => {
  const named = (name: string, more: Parameters<typeof gpu>[0] = {}) => gpu({ name, ...more });

  it.each<[string, Machine]>([
    ['A', machine([named('A')])],
    ['2 x A + B', machine([named('A', { id: '1' }), named('B', { id: '2' }), named('A', { id: '3' })])],
    ['A', machine([named('A'), named('B', { id: '2', usable: false })])],
    ['A + B', machine([named('A'), named('B', { id: '2', usable: null })])],
    ['Ryzen', plain(32, 'Ryzen')],
    ['no GPU', plain(32, null)],
  ])('the hardware of a machine is %s', (expected, on) => {
    expect(fleetOf({ it: on }).rows[0]?.hardware).toBe(expected);
  });
});

describe('builds over a fleet', () => {
  const machines = { large, middle, small, none: plain(32) };
  const alone = Object.values(machines).map(verdicts);
  const count = (tag: string, ...wanted: string[]) =>
    alone.filter((one) => wanted.includes(one.get(tag)?.verdict ?? 'no')).length;

  it('builds over a fleet are counted where they lie wholly on devices, and where they run at all', () => {
    const { models } = fleetOf(machines);
    expect(models.length).toBeGreaterThan(20);
    for (const { tag, onDevice, atAll } of models) {
      expect({ tag, onDevice, atAll }).toEqual({
        tag,
        onDevice: count(tag, 'gpu'),
        atAll: count(tag, 'gpu', 'split', 'cpu'),
      });
    }
  });

  it('builds over a fleet come by machines wholly on devices, then by machines at all, then by their places in the rankings', () => {
    const places = (tag: string) => alone.reduce((sum, one) => sum + (one.get(tag)?.place ?? 0), 0);
    const { models } = fleetOf(machines);
    for (const [index, later] of models.entries()) {
      const earlier = models[index - 1];
      if (earlier === undefined) continue;
      const keys = [later.onDevice - earlier.onDevice, later.atAll - earlier.atAll];
      keys.push(places(earlier.tag) - places(later.tag));
      const first = keys.find((key) => key !== 0);
      expect(first ?? (earlier.tag < later.tag ? -1 : 1), `${earlier.tag} before ${later.tag}`).toBeLessThan(0);
    }
  });

  it('builds over a fleet that run on no machine are left out', () => {
    expect(fleetOf({ tiny: plain(1) }).models).toEqual([]);
    const little = fleetOf({ little: plain(8) }).models;
    expect(little.length).toBeGreaterThan(0);
    expect(little.every(({ atAll }) => atAll === 1)).toBe(true);
  });

  it('builds over a fleet have one that runs everywhere: the first of them that does', () => {
    const { models, everywhere } = fleetOf(machines);
    expect(everywhere).toEqual(models.find(({ atAll }) => atAll === 4));
    expect(everywhere?.onDevice).toBe(3);
  });

  it('builds over a fleet have none that runs everywhere once one machine runs nothing, or was not read', () => {
    expect(fleetOf({ large, tiny: plain(1) }).everywhere).toBeNull();
    expect(fleetOf({ large, odd: 'bad' }).everywhere).toBeNull();
    expect(fleetOf({ large, odd: 'bad' }).models[0]?.atAll).toBe(1);
  });
});

describe('requirements over a fleet', () => {
  it('requirements over a fleet are counted by outcome, each in its place', () => {
    const requirements = ['31b@8k:gpu', '12b@8k:gpu'].map(parseRequirement);
    const fleet = fleetOf({ large, middle, small, odd: 'bad' }, { requirements });
    expect(fleet.rows.map((row) => row.requirements)).toEqual([
      ['met', 'met'],
      ['failed', 'met'],
      ['failed', 'failed'],
      ['unknown', 'unknown'],
    ]);
    expect(fleet.requirements).toEqual([
      { text: '31b@8k:gpu', met: 1, failed: 2, unknown: 1 },
      { text: '12b@8k:gpu', met: 2, failed: 1, unknown: 1 },
    ]);
  });
});
