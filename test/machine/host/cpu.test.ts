import { describe, expect, it } from 'vitest';
import { readRamBandwidth } from '../../../src/machine/host/bandwidth.ts';
import { readCpu } from '../../../src/machine/host/cpu/cpu.ts';
import { parseCpuInfo } from '../../../src/machine/host/cpu/cpuinfo.ts';
import { modulesBandwidth, parseDmiModules } from '../../../src/machine/host/memory/modules.ts';
import { measureRamBandwidth } from '../../../src/machine/host/memory/ram-benchmark.ts';
import { parseFacts } from '../../../src/machine/host/system-information/ask.ts';
import { collectFacts } from '../../../src/machine/host/system-information/child.ts';
import { fakeSystem } from '../replay.ts';

describe('/proc/cpuinfo', () => {
  it('counts cores by package and core, threads by processor', () => {
    const cpu = (processor: number, packageId: number, core: number) =>
      `processor\t: ${processor}\nmodel name\t: Intel(R) Xeon(R)\nphysical id\t: ${packageId}\ncore id\t\t: ${core}\nflags\t\t: fpu avx2 avx512f\n`;
    const text = [cpu(0, 0, 0), cpu(1, 0, 1), cpu(2, 1, 0), cpu(3, 1, 1), cpu(4, 0, 0), cpu(5, 1, 1)].join('\n');
    expect(parseCpuInfo(text)).toEqual({
      brand: 'Intel(R) Xeon(R)',
      physicalCores: 4,
      threads: 6,
      flags: ['avx2', 'avx512f'],
    });
  });

  it('names an Arm core by its part number, POWER by its cpu line', () => {
    expect(parseCpuInfo('processor\t: 0\nFeatures\t: fp asimd asimddp\nCPU part\t: 0xd0c\n')).toMatchObject({
      brand: 'Neoverse-N1',
      flags: ['dotprod', 'neon'],
    });
    expect(parseCpuInfo('processor\t: 0\ncpu\t\t: POWER9, altivec supported\n').brand).toBe(
      'POWER9, altivec supported',
    );
  });

  it('text that is something else says nothing', () => {
    expect(parseCpuInfo('<html>\u0000')).toEqual({ brand: null, physicalCores: null, threads: null, flags: [] });
  });
});

describe('the processor', () => {
  it('of a Mac comes from sysctl', async () => {
    const body =
      'machdep.cpu.brand_string: Apple M3 Max\nhw.physicalcpu: 16\nhw.logicalcpu: 16\nhw.optional.arm64: 1\n';
    const mac = fakeSystem({ platform: 'darwin', programs: [{ head: 'sysctl machdep*', body }] });
    expect((await readCpu(mac)).cpu).toMatchObject({
      brand: 'Apple M3 Max',
      physicalCores: 16,
      threads: 16,
      flags: ['neon'],
    });
  });

  it('of Windows is completed by systeminformation, where it answered', async () => {
    const windows = fakeSystem({ platform: 'win32', cpuModel: 'AMD Ryzen 9 7950X', parallelism: 32 });
    const facts = { brand: 'AMD', physicalCores: 16, flags: 'fpu avx2 avx512f', modules: [] };
    expect((await readCpu(windows, facts)).cpu).toEqual({
      brand: 'AMD Ryzen 9 7950X',
      physicalCores: 16,
      threads: 32,
      quotaCores: null,
      flags: ['avx2', 'avx512f'],
    });
    expect((await readCpu(windows)).cpu).toMatchObject({ physicalCores: null, flags: [] });
  });

  it('bound to fewer cores than there are says how many', async () => {
    const files = { '/proc/cpuinfo': Array.from({ length: 16 }, (_, at) => `processor\t: ${at}\n`).join('\n') };
    expect((await readCpu(fakeSystem({ files, parallelism: 4 }))).cpu).toMatchObject({ threads: 16, quotaCores: 4 });
  });
});

describe('systeminformation', () => {
  it('its facts are of the shape that is read back', async () => {
    const facts = await collectFacts();
    expect(parseFacts(JSON.stringify(facts))).toEqual(facts);
  });

  it('an answer of another shape is nothing', () => {
    expect(parseFacts('')).toBeNull();
    expect(parseFacts('[1]')).toEqual({ brand: null, physicalCores: null, flags: '', modules: [] });
    expect(parseFacts('{"physicalCores":-3,"modules":[{"megaTransfers":"x"},null,{"megaTransfers":6000}]}')).toEqual({
      brand: null,
      physicalCores: null,
      flags: '',
      modules: [{ megaTransfers: 6000, slot: '' }],
    });
  });
});

describe('bandwidth of the RAM', () => {
  it('is transfers x 8 bytes x channels, the slowest module first', () => {
    expect(
      modulesBandwidth([
        { megaTransfers: 6000, channel: 'A' },
        { megaTransfers: 5600, channel: 'B' },
      ]),
    ).toBe(89.6e9);
    expect(
      modulesBandwidth([
        { megaTransfers: 3200, channel: null },
        { megaTransfers: 3200, channel: null },
      ]),
    ).toBe(51.2e9);
    expect(modulesBandwidth(Array(4).fill({ megaTransfers: 3200, channel: null }))).toBe(51.2e9);
    expect(modulesBandwidth([])).toBeNull();
    expect(modulesBandwidth([{ megaTransfers: 0, channel: 'A' }])).toBeNull();
  });

  it('counts a server’s channels by socket, and empty slots not at all', () => {
    const slot = (locator: string, size = '32 GB') =>
      `Memory Device\n\tSize: ${size}\n\tLocator: ${locator}\n\tSpeed: 4800 MT/s\n\tConfigured Memory Speed: 4400 MT/s\n`;
    const text = [
      slot('P0 CHANNEL A'),
      slot('P0 CHANNEL B'),
      slot('P1 CHANNEL A'),
      slot('P1 CHANNEL B', 'No Module Installed'),
    ];
    expect(modulesBandwidth(parseDmiModules(text.join('\n')))).toBe(4400e6 * 8 * 3);
  });

  it('of Windows follows from the slots that it lists', async () => {
    const windows = fakeSystem({ platform: 'win32' });
    const modules = [
      { megaTransfers: 6000, slot: 'P0 CHANNEL A/DIMM 1' },
      { megaTransfers: 6000, slot: 'P0 CHANNEL B/DIMM 1' },
    ];
    const facts = { brand: null, physicalCores: null, flags: '', modules };
    expect((await readRamBandwidth(windows, { brand: null }, null, facts)).bytesPerSecond).toBe(96e9);
    expect((await readRamBandwidth(windows, { brand: null }, null)).bytesPerSecond).toBeNull();
  });

  it('can be measured by copying, and lies in the range of things that exist', async () => {
    const measured = await measureRamBandwidth(1);
    expect(measured?.bytesPerSecond).toBeGreaterThan(2e9);
    expect(measured?.evidence).toMatchObject([{ subject: 'memory.bandwidth', confidence: 'measured', chosen: true }]);
  });
});
