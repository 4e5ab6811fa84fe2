import { describe, expect, test } from 'vitest';
import { apple } from '../../src/machine/probes/apple/index.ts';
import { limitByRule } from '../../src/machine/probes/apple/metal-limit.ts';
import { parseDisplays } from '../../src/machine/probes/apple/read.ts';
import { captureSets } from './captures.ts';
import { fakeSystem } from './replay.ts';

const GiB = 1024 ** 3;

describe.each(captureSets)('outputs of macOS, $title', ({ capture }) => {
  test('M2 Max with 32 GB on macOS 26: Metal is believed', async () => {
    const text = capture('macos-m2max-32gb-macos26.4-metal.txt');
    const figure = Number(/recommendedMaxWorkingSetSize: (\d+)/.exec(text)?.[1]);
    const system = fakeSystem({
      platform: 'darwin',
      arch: 'arm64',
      release: '25.4.0',
      programs: [
        { head: 'sysctl *', body: `machdep.cpu.brand_string: Apple M2 Max\nhw.optional.arm64: 1\n${text}` },
        { head: 'osascript *', body: JSON.stringify({ n: 'Apple M2 Max', w: figure, u: true }) },
      ],
    });
    const [gpu] = (await apple.run(system)).accelerators;
    expect(gpu).toMatchObject({ name: 'Apple M2 Max', kind: 'unified', backend: 'metal', confidence: 'measured' });
    expect(gpu?.memory.totalBytes).toBe(26800603136);
    expect(gpu?.bandwidthBytesPerSecond).toBe(400e9);
    const ruled = limitByRule(32 * GiB, '25.4.0', 0).bytes;
    expect(Math.abs(ruled / figure - 1)).toBeLessThan(0.002);
  });

  test('the table by macOS version meets every measured point within 1 %', () => {
    const rows = capture('metal-working-set-datapoints.csv').trim().split('\n').slice(1);
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) {
      const [ram, megabytes] = row.split(',').map(Number);
      const release = row.includes('macOS 26') ? '25.0.0' : '24.6.0';
      const ruled = limitByRule(Number(ram) * GiB, release).bytes;
      expect(Math.abs(ruled / (Number(megabytes) * 1e6) - 1), row).toBeLessThan(0.01);
    }
  });

  test.each([
    ['system_profiler-displays-m3max.json', [['Apple M3 Max', 40, null, null]]],
    ['system_profiler-displays-m1-7core.json', [['Apple M1', 7, null, null]]],
    ['system_profiler-displays-m3pro-partial.json', [['Apple M3 Pro', null, null, null]]],
    [
      'system_profiler-displays-intelmac-hd630-radeon560.json',
      [
        ['Intel HD Graphics 630', null, null, 1536 * 1024 ** 2],
        ['Radeon Pro 560', null, 4 * GiB, null],
        ['Apple M2', null, null, 16 * GiB],
      ],
    ],
  ])('%s', (name, expected) => {
    const list = parseDisplays(capture(name));
    expect(list.map((gpu) => [gpu.name, gpu.cores, gpu.vramBytes, gpu.sharedBytes])).toEqual(expected);
  });

  test('M3 Max with 40 cores has the faster memory', async () => {
    const system = fakeSystem({
      platform: 'darwin',
      arch: 'arm64',
      release: '25.5.0',
      programs: [
        {
          head: 'sysctl *',
          body: 'machdep.cpu.brand_string: Apple M3 Max\nhw.memsize: 68719476736\nhw.optional.arm64: 1',
        },
        { head: 'system_profiler *', body: capture('system_profiler-displays-m3max.json') },
      ],
    });
    const [gpu] = (await apple.run(system)).accelerators;
    expect(gpu?.bandwidthBytesPerSecond).toBe(400e9);
    expect(gpu?.memory.totalBytes).toBe(Math.floor(64 * GiB * 0.81));
    expect(gpu?.confidence).toBe('assumed');
  });
});
