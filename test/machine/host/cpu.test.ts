import { describe, expect, it } from 'vitest';
import { readRamBandwidth } from '../../../src/machine/host/bandwidth.ts';
import { readCpu } from '../../../src/machine/host/cpu/cpu.ts';
import { parseCpuInfo } from '../../../src/machine/host/cpu/cpuinfo.ts';
import { modulesBandwidth, parseDmiModules } from '../../../src/machine/host/memory/modules.ts';
import { benchmarkThreads, measureRamBandwidth, readSamples } from '../../../src/machine/host/memory/ram-benchmark.ts';
import { parseFacts } from '../../../src/machine/host/system-information/ask.ts';
import { collectFacts } from '../../../src/machine/host/system-information/child.ts';
import { probeMachine } from '../../../src/machine/probe.ts';
import { stockShape } from '../../../src/model/memory/shape.ts';
import { predictByFormula } from '../../../src/model/speed/speed.ts';
import { toSchedulerTarget } from '../../../src/server-rules/target.ts';
import { fakeSystem } from '../replay.ts';

describe('/proc/cpuinfo', () => {
  it('/proc/cpuinfo counts cores by package and core, threads by processor', () => {
    const cpu = (processor: number, packageId: number, core: number) =>
      `processor\t: ${processor}\nmodel name\t: Intel(R) Xeon(R)\nphysical id\t: ${packageId}\ncore id\t\t: ${core}\nflags\t\t: fpu avx2 avx512f\n`;
    const text = [cpu(0, 0, 0), cpu(1, 0, 1), cpu(2, 1, 0), cpu(3, 1, 1), cpu(4, 0, 0), cpu(5, 1, 1)].join('\n');
    expect(parseCpuInfo(text)).toEqual({
      brand: 'Intel(R) Xeon(R)',
      physicalCores: 4,
      threads: 6,
      flags: ['avx2', 'avx512f'],
      sockets: null,
    });
  });

  it('/proc/cpuinfo counts the sockets that hold whole processors, not the cores that a virtual machine shows as one each', () => {
    const cores = (packageId: number, count: number) =>
      Array.from({ length: count }, (_, core) => `processor\t: 0\nphysical id\t: ${packageId}\ncore id\t\t: ${core}\n`);
    expect(parseCpuInfo([...cores(0, 8), ...cores(1, 8)].join('\n')).sockets).toBe(2);
    expect(parseCpuInfo(cores(0, 8).join('\n')).sockets).toBe(1);
    expect(parseCpuInfo([0, 1, 2, 3].flatMap((id) => cores(id, 1)).join('\n')).sockets).toBeNull();
  });

  it('/proc/cpuinfo names an Arm core by its part number, POWER by its cpu line', () => {
    expect(parseCpuInfo('processor\t: 0\nFeatures\t: fp asimd asimddp\nCPU part\t: 0xd0c\n')).toMatchObject({
      brand: 'Neoverse-N1',
      flags: ['dotprod', 'neon'],
    });
    expect(parseCpuInfo('processor\t: 0\ncpu\t\t: POWER9, altivec supported\n').brand).toBe(
      'POWER9, altivec supported',
    );
  });

  it('text that is something else says nothing', () => {
    expect(parseCpuInfo('<html>\u0000')).toEqual({
      brand: null,
      physicalCores: null,
      threads: null,
      flags: [],
      sockets: null,
    });
  });
});

describe('the processor', () => {
  it('the processor of a Mac comes from sysctl', async () => {
    const body =
      'machdep.cpu.brand_string: Apple M3 Max\nhw.physicalcpu: 16\nhw.logicalcpu: 16\nhw.optional.arm64: 1\n';
    const mac = fakeSystem({ platform: 'darwin', programs: [{ head: 'sysctl machdep*', body }] });
    expect((await readCpu(mac)).cpu).toMatchObject({
      brand: 'Apple M3 Max',
      physicalCores: 16,
      threads: 16,
      flags: ['dotprod', 'neon'],
    });
  });

  it('the processor of Windows is completed by systeminformation, where it answered', async () => {
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
  it('bandwidth of the RAM is transfers x 8 bytes x channels, the slowest module first', () => {
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

  it('bandwidth of the RAM counts a server’s channels by socket, and empty slots not at all', () => {
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

  it('bandwidth of the RAM of Windows follows from the slots that it lists', async () => {
    const windows = fakeSystem({ platform: 'win32' });
    const modules = [
      { megaTransfers: 6000, slot: 'P0 CHANNEL A/DIMM 1' },
      { megaTransfers: 6000, slot: 'P0 CHANNEL B/DIMM 1' },
    ];
    const facts = { brand: null, physicalCores: null, flags: '', modules };
    expect((await readRamBandwidth(windows, { brand: null }, null, facts)).bytesPerSecond).toBe(96e9);
    expect((await readRamBandwidth(windows, { brand: null }, null)).bytesPerSecond).toBeNull();
  });

  it('bandwidth of the RAM of several samples is the best, and one that others spoiled is told', () => {
    const quiet = readSamples([38e9, 40e9, 36e9, 39e9, 40.4e9], 8);
    expect(quiet).toMatchObject({ bytesPerSecond: 40.4e9, warnings: [] });
    expect(quiet?.evidence[0]?.source).toBe('memory copy on 8 threads, best of 5 times 60 ms');
    expect(readSamples([12e9, 13e9, 14e9, 40e9, 12e9], 8)).toMatchObject({
      bytesPerSecond: 40e9,
      warnings: [{ code: 'memory-busy', bestBytesPerSecond: 40e9, middleBytesPerSecond: 13e9 }],
    });
    expect(readSamples([1e9, 1.5e9], 8)).toBeNull();
    expect(readSamples([5e12], 8)).toBeNull();
    expect(readSamples([], 8)).toBeNull();
  });

  it('bandwidth of the RAM is not measured where so little is available that only caches would be timed', async () => {
    expect(await measureRamBandwidth(4, 256 * 2 ** 20)).toBeNull();
  });

  it('bandwidth of the RAM is measured on no more threads than the quota of a container has cores', () => {
    expect(benchmarkThreads(0.5)).toBe(1);
    expect(benchmarkThreads(1)).toBe(1);
    expect(benchmarkThreads(1000)).toBe(benchmarkThreads());
  });

  it('bandwidth of the RAM can be measured by copying, and lies in the range of things that exist', async () => {
    const measured = await measureRamBandwidth(1);
    expect(measured?.bytesPerSecond).toBeGreaterThan(2e9);
    expect(measured?.evidence).toMatchObject([{ subject: 'memory.bandwidth', confidence: 'measured', chosen: true }]);
  });
});

describe('from a computer’s files to the speed of its processor', () => {
  const core = (features: string, part: string) =>
    `BogoMIPS\t: 108.00\nFeatures\t: ${features}\nCPU implementer\t: 0x41\nCPU part\t: ${part}\n`;
  const cpuinfo = (features: string, part: string, model: string) => {
    const cores = [0, 1, 2, 3].map((number) => `processor\t: ${number}\n${core(features, part)}`);
    return [...cores, `Model\t\t: ${model}\n`].join('\n');
  };
  const told = async (features: string, part: string, model: string) => {
    const files = { '/proc/cpuinfo': cpuinfo(features, part, model), '/proc/device-tree/model': `${model}\u0000` };
    const found = await probeMachine(fakeSystem({ files, totalMemoryBytes: 8e9 }), { probes: {} });
    const { host } = toSchedulerTarget(found);
    const shape = stockShape('e2b', 'Q4_0');
    return predictByFormula({ shape, depthTokens: 0, kvType: 'f16', devices: [], host, overflowingLayers: 0 });
  };

  it('e2b makes 0.87 to 2.5 tokens a second on a Raspberry Pi 4, which has no dot products (1.68 were measured)', async () => {
    const band = await told('fp asimd evtstrm crc32 cpuid', '0xd08', 'Raspberry Pi 4 Model B Rev 1.5');
    expect(band?.basis).toBe('class');
    expect(band?.lowTokensPerSecond).toBeCloseTo(0.87, 1);
    expect(band?.highTokensPerSecond).toBeCloseTo(2.5, 1);
  });

  it('the speed of a Raspberry Pi 5, which has the instructions, is told several times that of a Pi 4', async () => {
    const features = 'fp asimd evtstrm aes crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp';
    const band = await told(features, '0xd0b', 'Raspberry Pi 5 Model B Rev 1.0');
    expect(band?.lowTokensPerSecond).toBeGreaterThan(4);
    expect(band?.highTokensPerSecond).toBeLessThan(12);
  });
});
