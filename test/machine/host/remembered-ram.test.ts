import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { benchmarkOf } from '../../../src/machine/host/memory/ram-benchmark.ts';
import { ramKey, readRememberedRam, rememberRam } from '../../../src/machine/host/memory/remembered-ram.ts';
import { emptyMachine } from '../../../src/machine/hypothetical/index.ts';

const reading = { bytesPerSecond: 41e9, middleBytesPerSecond: 39e9, threads: 8, processorShare: 1 };
const remembered = (key: string, day = '2026-11-20') => ({ key, day, ...reading });

describe('a measurement of the RAM', () => {
  let home: string;
  let folder: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'gemma-fit-ram-'));
    folder = join(home, 'gemma-fit');
  });
  afterEach(() => rm(home, { recursive: true }));

  it('a measurement of the RAM is found again for its machine and for no other', async () => {
    await rememberRam(folder, remembered('desktop'));
    expect(await readRememberedRam(folder, 'desktop')).toEqual(remembered('desktop'));
    expect(await readRememberedRam(folder, 'laptop')).toBeNull();
  });

  it('a measurement of the RAM replaces the older one of its machine and leaves those of others', async () => {
    for (const [key, day] of Object.entries({ desktop: '2026-01-01', laptop: '2026-01-02' })) {
      await rememberRam(folder, remembered(key, day));
    }
    await rememberRam(folder, remembered('desktop', '2026-11-20'));
    expect((await readRememberedRam(folder, 'desktop'))?.day).toBe('2026-11-20');
    expect((await readRememberedRam(folder, 'laptop'))?.day).toBe('2026-01-02');
  });

  it('a measurement of the RAM is one of 32 at most, the newest', async () => {
    for (let n = 0; n < 40; n++) await rememberRam(folder, remembered(`machine ${n}`));
    expect(JSON.parse(await readFile(join(folder, 'ram.json'), 'utf8')).machines).toHaveLength(32);
    expect(await readRememberedRam(folder, 'machine 39')).not.toBeNull();
    expect(await readRememberedRam(folder, 'machine 7')).toBeNull();
  });

  it.each([
    ['no JSON', '{'],
    ['another file', JSON.stringify({ kind: 'other', machines: [remembered('desktop')] })],
    ['no list', JSON.stringify({ kind: 'gemma-fit-ram', machines: 7 })],
    ...Object.entries({
      'a rate that no RAM has': { bytesPerSecond: 5e13 },
      'a rate that is text': { bytesPerSecond: '41e9' },
      'a middle above the best': { middleBytesPerSecond: 50e9 },
      'no day': { day: 'yesterday\u001b[31m' },
      'no count of threads': { threads: 1.5 },
    }).map(([name, part]) => [
      name,
      JSON.stringify({ kind: 'gemma-fit-ram', machines: [null, { ...remembered('desktop'), ...part }] }),
    ]),
  ])('a measurement of the RAM that is spoilt counts as none: %s', async (_, text) => {
    await mkdir(folder, { mode: 0o700 });
    await writeFile(join(folder, 'ram.json'), text ?? '');
    expect(await readRememberedRam(folder, 'desktop')).toBeNull();
    await rememberRam(folder, remembered('desktop'));
    expect(await readRememberedRam(folder, 'desktop')).not.toBeNull();
  });

  it.skipIf(process.platform === 'win32')(
    'a measurement of the RAM is not read from a folder that others may write to',
    async () => {
      await rememberRam(folder, remembered('desktop'));
      await chmod(folder, 0o777);
      expect(await readRememberedRam(folder, 'desktop')).toBeNull();
    },
  );

  it('a measurement of the RAM is lost, and nothing worse, where no folder can be had', async () => {
    await writeFile(join(home, 'file'), '');
    for (const place of [null, join(home, 'file', 'below')]) {
      await rememberRam(place, remembered('desktop'));
      expect(await readRememberedRam(place, 'desktop')).toBeNull();
    }
  });

  it('a measurement of the RAM belongs to a processor, a size and a number of threads', () => {
    const { cpu, memory } = emptyMachine();
    const key = (brand: string, GiB: number, threads: number) =>
      ramKey({ cpu: { ...cpu, brand }, memory: { ...memory, totalBytes: GiB * 2 ** 30 } }, threads);
    const one = key('AMD Ryzen 7 7700', 32, 16);
    expect(key('AMD Ryzen 7 7700', 32.1, 16)).toBe(one);
    expect([
      key('AMD Ryzen 9 7900', 32, 16),
      key('AMD Ryzen 7 7700', 64, 16),
      key('AMD Ryzen 7 7700', 32, 4),
    ]).not.toContain(one);
  });

  it('a measurement of the RAM says from which day it is, and warns again when it was made on a busy computer', () => {
    expect(benchmarkOf(reading, '2026-11-20').evidence[0]?.source).toContain('remembered from 2026-11-20');
    expect(benchmarkOf(reading, '2026-11-20').warnings).toEqual([]);
    expect(benchmarkOf({ ...reading, middleBytesPerSecond: 12e9 }, '2026-11-20').warnings).toMatchObject([
      { code: 'memory-busy', middleBytesPerSecond: 12e9 },
    ]);
  });
});
