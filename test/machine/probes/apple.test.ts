import { describe, expect, test } from 'vitest';
import { apple } from '../../../src/machine/probes/apple/index.ts';
import { parseMetal, parseSysctl } from '../../../src/machine/probes/apple/read.ts';
import { type FakeFacts, fakeSystem } from '../replay.ts';

const GiB = 1024 ** 3;
const MiB = 1024 ** 2;
const m4pro =
  'machdep.cpu.brand_string: Apple M4 Pro\nhw.memsize: 51539607552\niogpu.wired_limit_mb: 0\nhw.optional.arm64: 1\n';
/** 16 KiB pages: 1 GiB is 65536 of them. 20 GiB of 48 are taken. */
const vmStat = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                              1000000.
Pages active:                             786432.
Pages inactive:                           458752.
Pages speculative:                             0.
Pages wired down:                         131072.
Pages purgeable:                               0.
File-backed pages:                         65536.
Pages occupied by compressor:                  0.
`;

const probe = (programs: FakeFacts['programs'], facts: Partial<FakeFacts> = {}) =>
  apple.run(fakeSystem({ platform: 'darwin', arch: 'arm64', release: '25.1.0', programs, ...facts }));

const metal = (name: string, bytes: number) => ({
  head: 'osascript *',
  body: `${JSON.stringify({ n: name, w: bytes, u: true })}\n`,
});

describe('Apple Silicon', () => {
  test('free is what is left under the limit when the RAM has more', async () => {
    const { accelerators } = await probe([
      { head: 'sysctl *', body: m4pro },
      metal('Apple M4 Pro', 40 * GiB),
      { head: 'vm_stat', body: vmStat },
      {
        head: 'ioreg *',
        body: '  "PerformanceStatistics" = {"Alloc system memory"=21474836480,"Device Utilization %"=2}',
      },
    ]);
    expect(accelerators[0]?.memory).toEqual({ totalBytes: 40 * GiB, freeBytes: 20 * GiB });
  });

  test('free is no more than the RAM that is available', async () => {
    const { accelerators } = await probe([
      { head: 'sysctl *', body: m4pro },
      metal('Apple M4 Pro', 40 * GiB),
      { head: 'vm_stat', body: vmStat },
    ]);
    expect(accelerators[0]?.memory.freeBytes).toBe(28 * GiB);
  });

  test('a raised wired limit holds when Metal cannot be asked', async () => {
    const { accelerators, warnings } = await probe([
      { head: 'sysctl *', body: m4pro.replace('wired_limit_mb: 0', 'wired_limit_mb: 45056') },
      { head: 'osascript * [hangs]', body: '' },
    ]);
    expect(accelerators[0]?.memory.totalBytes).toBe(45056 * MiB);
    expect(accelerators[0]?.source).toBe('sysctl iogpu.wired_limit_mb');
    expect(warnings.map(({ code }) => code)).toEqual(['probe-timeout']);
  });

  test.each([
    ['24.6.0', 0.75],
    ['25.0.0', 0.78],
  ])('Apple Silicon: without Metal the share of 48 GiB follows the kernel %s', async (release, share) => {
    const { accelerators } = await probe([{ head: 'sysctl *', body: m4pro }], { release });
    expect(accelerators[0]?.memory.totalBytes).toBe(Math.floor(48 * GiB * share));
    expect(accelerators[0]?.confidence).toBe('assumed');
  });

  test('more than the RAM is no limit', async () => {
    const { accelerators, warnings } = await probe([
      { head: 'sysctl *', body: m4pro },
      metal('Apple M4 Pro', 96 * GiB),
    ]);
    expect(accelerators[0]?.memory.totalBytes).toBe(Math.floor(48 * GiB * 0.78));
    expect(warnings).toMatchObject([{ code: 'reading-implausible', value: String(96 * GiB) }]);
  });

  test('a Node built for Intel under Rosetta still finds the Apple GPU', async () => {
    const body = `${m4pro}sysctl.proc_translated: 1\n`.replace('Apple M4 Pro', 'VirtualApple @ 2.50GHz processor');
    const { accelerators, evidence } = await probe([{ head: 'sysctl *', body }, metal('Apple M4 Pro', 40 * GiB)], {
      arch: 'x64',
    });
    expect(accelerators[0]).toMatchObject({ vendor: 'apple', name: 'Apple M4 Pro', kind: 'unified' });
    expect(evidence).toContainEqual(expect.objectContaining({ subject: 'os.rosetta', value: true }));
  });

  test('a sysctl that only answers one key at a time is asked one key at a time', async () => {
    const { accelerators } = await probe([
      { head: 'sysctl -n machdep.cpu.brand_string', body: 'Apple M1\n' },
      { head: 'sysctl -n hw.memsize', body: '17179869184\n' },
      { head: 'sysctl -n hw.optional.arm64', body: '1\n' },
      { head: 'sysctl * [exit 1] [stderr]', body: "sysctl: unknown oid 'iogpu.wired_limit_mb'" },
    ]);
    expect(accelerators[0]).toMatchObject({ name: 'Apple M1', memory: { totalBytes: Math.floor(16 * GiB * 0.74) } });
  });

  test('the GPU of a virtual Mac is named as such', async () => {
    const { accelerators, warnings } = await probe([
      {
        head: 'sysctl *',
        body: 'machdep.cpu.brand_string: Apple M1 (Virtual)\nhw.memsize: 7516192768\nhw.optional.arm64: 1',
      },
      metal('Apple Paravirtual device', 5 * GiB),
    ]);
    expect(accelerators[0]?.name).toBe('Apple Paravirtual device');
    expect(warnings).toContainEqual({ code: 'virtual-gpu', device: 'Apple Paravirtual device' });
  });

  test('nothing answers: the GPU is there, its memory is unknown', async () => {
    const { accelerators } = await probe([]);
    expect(accelerators).toMatchObject([{ vendor: 'apple', memory: { totalBytes: null, freeBytes: null } }]);
  });
});

describe('Intel Macs', () => {
  test('both GPUs are listed and nothing drives them', async () => {
    const displays = {
      SPDisplaysDataType: [
        { sppci_model: 'Intel UHD Graphics 630', spdisplays_vendor: 'Intel', spdisplays_vram_shared: '1536 MB' },
        { sppci_model: 'AMD Radeon Pro 5500M', spdisplays_vendor: 'AMD (0x1002)', spdisplays_vram: '8 GB' },
      ],
    };
    const { accelerators } = await probe(
      [
        {
          head: 'sysctl *',
          body: 'machdep.cpu.brand_string: Intel(R) Core(TM) i9-9980HK CPU @ 2.40GHz\nhw.memsize: 34359738368',
        },
        { head: 'system_profiler *', body: JSON.stringify(displays) },
      ],
      { arch: 'x64', release: '23.6.0' },
    );
    expect(accelerators).toMatchObject([
      { vendor: 'intel', kind: 'integrated', backend: 'none', memory: { totalBytes: 1536 * MiB } },
      { vendor: 'amd', kind: 'discrete', backend: 'none', memory: { totalBytes: 8 * GiB } },
    ]);
  });
});

describe('what Macs print', () => {
  test('sysctl with = and with : is one thing, other lines are passed over', () => {
    expect([...parseSysctl('hw.memsize: 1\nkern.osrelease = 25.1.0\nsysctl: unknown oid\n\u0000\n')]).toEqual([
      ['hw.memsize', '1'],
      ['kern.osrelease', '25.1.0'],
    ]);
  });

  test('a working set of 0, of text or of nothing is unknown', () => {
    for (const w of [0, -1, 'much', null, 1e30])
      expect(parseMetal(JSON.stringify({ n: 'x', w }))?.workingSetBytes).toBeNull();
    expect(parseMetal('execution error: Error: ReferenceError (-2700)')).toBeNull();
  });
});
