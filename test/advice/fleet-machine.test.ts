import { describe, expect, it } from 'vitest';
import { type FleetSteps, roundedDown, signatureOf } from '../../src/advice/fleet-machine.ts';
import type { Accelerator, Machine } from '../../src/machine/types.ts';
import { gib, gpu, machine, mib, ram } from './machines.ts';

const steps: FleetSteps = { deviceShare: 1 / 128, ramShare: 1 / 64, ramBesideCardShare: 1 / 8 };

const device = (bytes: number | null) =>
  roundedDown(machine([gpu({ freeBytes: bytes, totalBytes: 25_757_220_864 })]), steps).accelerators[0]?.memory;
const ramOf = (bytes: number | null, accelerators: Accelerator[] = []) =>
  roundedDown(machine(accelerators, { memory: ram(bytes) }), steps).memory.availableBytes;

describe('free memory of a device', () => {
  it.each([
    ['24 GiB in steps of 16 GiB / 128', 24 * gib, 24 * gib],
    ['a byte less', 24 * gib - 1, 24 * gib - 128 * mib],
    ['a byte more', 24 * gib + 1, 24 * gib],
    ['just below 16 GiB in steps of 8 GiB / 128', 16 * gib - 1, 16 * gib - 64 * mib],
    ['200 bytes in steps of one byte', 200, 200],
    ['300 bytes in steps of 256 / 128', 301, 300],
    ['one byte', 1, 1],
    ['nothing', 0, 0],
    ['what nobody knows', null, null],
  ])('free memory of a device is counted downwards: %s', (_, bytes, expected) => {
    expect(device(bytes)?.freeBytes).toBe(expected);
  });

  it('free memory of a device is rounded, its size is not', () => {
    expect(device(24_000_000_000)?.totalBytes).toBe(25_757_220_864);
  });
});

describe('available RAM', () => {
  const shared = gpu({ kind: 'integrated' });

  it.each<[string, Accelerator[], number]>([
    ['without a device', [], 61.5],
    ['beside a card', [gpu()], 60],
    ['beside a card that Ollama does not use', [gpu({ usable: false })], 61.5],
    ['beside a card of unclear use', [gpu({ usable: null })], 61.5],
    ['where the device shares it', [shared], 61.5],
    ['where one device shares it and another is a card', [shared, gpu()], 60],
  ])('available RAM of 61.7 GiB %s', (_, accelerators, expected) => {
    expect(ramOf(61.7 * gib, accelerators)).toBe(expected * gib);
  });

  it('available RAM stays unknown where it is', () => {
    expect(ramOf(null)).toBeNull();
    expect(ramOf(null, [gpu()])).toBeNull();
  });

  it('available RAM is all that changes besides: the machine stays what it was', () => {
    const whole = machine([gpu({ freeBytes: 20 * gib })], { memory: ram(60 * gib) });
    expect(roundedDown(whole, steps)).toEqual(whole);
  });
});

describe('two machines', () => {
  const base = machine([gpu()]);
  const changed = (more: Partial<Machine>) => signatureOf({ ...base, ...more });
  const withCard = (more: Partial<Accelerator>) => changed({ accelerators: [gpu(more)] });

  it('two machines are one to the advice whatever was read where, and by whom the card is held', () => {
    const holders = [{ name: 'game', bytes: gib }];
    expect(withCard({ source: 'nvidia-smi', confidence: 'measured', holders })).toBe(signatureOf(base));
    const evidence = [
      { subject: 'a', value: 1, source: 'b', confidence: 'measured' as const, chosen: true, rule: null },
    ];
    expect(changed({ evidence, disk: { path: '/', freeBytes: 1, totalBytes: 2, source: 'df' } })).toBe(
      signatureOf(base),
    );
    expect(changed({ os: { ...base.os, name: 'Debian', version: '13' } })).toBe(signatureOf(base));
  });

  it.each<[string, string]>([
    ['platform', changed({ os: { ...base.os, platform: 'win32' } })],
    ['processor type', changed({ os: { ...base.os, arch: 'arm64' } })],
    ['surroundings', changed({ os: { ...base.os, environment: ['wsl'] } })],
    ['cores', changed({ cpu: { ...base.cpu, quotaCores: 2 } })],
    ['RAM', changed({ memory: ram(32 * gib) })],
    ['number of cards', changed({ accelerators: [] })],
    ['free memory', withCard({ memory: { totalBytes: 24 * gib, freeBytes: 20 * gib } })],
    ['kind of card', withCard({ architecture: '12.0' })],
    ['usability', withCard({ usable: null })],
    [
      'server',
      changed({ ollama: { host: 'http://127.0.0.1', remote: false, version: '0.40.0', installed: [], loaded: [] } }),
    ],
  ])('two machines are two where they differ in their %s', (_, signature) => {
    expect(signature).not.toBe(signatureOf(base));
  });
});
