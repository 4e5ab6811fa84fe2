import { describe, expect, it } from 'vitest';
import { probeMachine } from '../../src/machine/probe.ts';
import { probes } from '../../src/machine/probes/index.ts';
import type { Machine } from '../../src/machine/types.ts';
import { captureSets } from './captures.ts';
import { type Stub, stage } from './stubs.ts';

const MiB = 1024 * 1024;
const meminfo = 'MemTotal: 32000000 kB\nMemAvailable: 20000000 kB\n';

/** Runs the real nvidia probe over a real script that prints captures. */
async function replayed(stubs: Stub[], files: Record<string, string> = { '/proc/meminfo': meminfo }): Promise<Machine> {
  const set = stage({ 'nvidia-smi': stubs }, files);
  try {
    return await probeMachine(set.system(), { budgetMs: 20_000, probes: { nvidia: probes.nvidia } });
  } finally {
    set.remove();
  }
}

const noQuery: Stub = { when: '*--query*', text: 'Field "index" is not a valid field to query.\n', exitCode: 2 };

describe.skipIf(process.platform === 'win32').each(captureSets)(
  'outputs of nvidia-smi through real processes, $title',
  ({ capture, names }) => {
    const csv = (file: string): Stub[] => [{ when: '*--query-gpu=*', text: capture(file) }];
    const report = (file: string): Stub[] => [noQuery, { when: '*-q -x*', text: capture(file) }];
    const screen = (file: string): Stub[] => [noQuery, { when: '*', text: capture(file) }];

    const cards: [file: string, stubs: (file: string) => Stub[], name: string, total: number, free: number][] = [
      ['nvidia-smi-query-linux-rtx-2080-super-drv595.71.05-idle.csv', csv, 'NVIDIA GeForce RTX 2080 SUPER', 8192, 7571],
      [
        'nvidia-smi-query-linux-rtx-4080-super-drv595.71.05-idle.csv',
        csv,
        'NVIDIA GeForce RTX 4080 SUPER',
        16376,
        15348,
      ],
      ['nvidia-smi-query-linux-l40s-drv595.80-idle.csv', csv, 'NVIDIA L40S', 46068, 45460],
      ['nvidia-smi-query-linux-h100-80gb-hbm3-drv590.48.01-idle.csv', csv, 'NVIDIA H100 80GB HBM3', 81559, 81081],
      ['nvidia-smi-query-linux-h200-drv590.48.01-load.csv', csv, 'NVIDIA H200', 143771, 110796],
      ['nvidia-smi-query-windows-rtx-2080-super-drv591.86-idle.csv', csv, 'NVIDIA GeForce RTX 2080 SUPER', 8192, 7286],
      ['nvidia-smi-query-windows-rtx-2080-super-drv591.86-load.csv', csv, 'NVIDIA GeForce RTX 2080 SUPER', 8192, 6692],
      ['nvidia-smi-query-windows-rtx-2080-super-drv610.62-idle.csv', csv, 'NVIDIA GeForce RTX 2080 SUPER', 8192, 7191],
      ['nvidia-smi-qx-rtx-3060-v12.xml', report, 'NVIDIA GeForce RTX 3060', 12288, 11806],
      ['nvidia-smi-qx-rtx-4000-sff-ada-v13.xml', report, 'NVIDIA RTX 4000 SFF Ada Generation', 20475, 16482],
      ['nvidia-smi-q-linux-l40s-drv595.80-idle.txt', screen, 'NVIDIA L40S', 46068, 45460],
      ['nvidia-smi-q-windows-rtx-2080-super-drv591.86-idle.txt', screen, 'NVIDIA GeForce RTX 2080 SUPER', 8192, 7286],
      ['nvidia-smi-table-linux-l40s-drv595.80-idle.txt', screen, 'NVIDIA L40S', 46068, 46068],
    ];
    it.each(cards)('%s', async (file, stubs, name, total, free) => {
      const { accelerators } = await replayed(stubs(file));
      expect(accelerators).toMatchObject([
        {
          name,
          kind: 'discrete',
          backend: 'cuda',
          memory: { totalBytes: total * MiB, freeBytes: free * MiB },
          usable: true,
        },
      ]);
    });

    const oldDrivers: [file: string, name: string, total: number, free: number, driver: string | null][] = [
      ['nvidia-smi-qx-a10g.xml', 'NVIDIA A10G', 23028, 22569, '515.105.01'],
      ['nvidia-smi-qx-rtx-3090-v12.xml', 'NVIDIA GeForce RTX 3090', 24576, 24258, '525.147.05'],
    ];
    it.each(oldDrivers)(
      '%s: memory is read, and the driver is below Ollama’s floor',
      async (file, name, total, free, driver) => {
        const { accelerators } = await replayed(report(file));
        expect(accelerators).toMatchObject([
          { name, memory: { totalBytes: total * MiB, freeBytes: free * MiB }, driverVersion: driver, usable: false },
        ]);
        expect(accelerators[0]?.reason).toMatchObject({ code: 'driver-too-old', required: '550' });
      },
    );

    it('a report without driver version: usable cannot be told', async () => {
      const { accelerators } = await replayed(report('nvidia-smi-qx-gtx-1070-ti.xml'));
      expect(accelerators).toMatchObject([{ memory: { totalBytes: 4096 * MiB, freeBytes: 4054 * MiB }, usable: null }]);
    });

    const split: [gpu: string, instances: number[], largestFree: number][] = [
      ['h100', [40448, 20096, 9984, 9984], 40423],
      ['h200', [71424, 71424, 33280, 16384, 16384], 71403],
    ];
    it.each(split)('%s in MIG mode: one device an instance, one of them used', async (gpu, instances, largestFree) => {
      const { accelerators } = await replayed([
        { when: '*--query-gpu=*', text: capture(`nvidia-smi-query-linux-${gpu}-mig-drv590.48.01-idle.csv`) },
        { when: '*-q*', text: capture(`nvidia-smi-q-linux-${gpu}-mig-drv590.48.01-idle.txt`) },
        { when: '*-L*', text: capture(`nvidia-smi-L-linux-${gpu}-mig-drv590.48.01.txt`) },
      ]);
      expect(accelerators.map(({ memory }) => memory.totalBytes)).toEqual(instances.map((size) => size * MiB));
      const used = accelerators.filter(({ usable }) => usable);
      expect(used).toMatchObject([{ memory: { freeBytes: largestFree * MiB } }]);
    });

    it('GB10: the pool is RAM, and available is not MemFree', async () => {
      const text =
        'index, name, compute_cap, driver_version, addressing_mode, memory.total [MiB]\n0, NVIDIA GB10, 12.1, 580.173.02, ATS, [N/A]\n';
      const { accelerators } = await replayed([{ when: '*--query-gpu=*', text }], {
        '/proc/meminfo': capture('proc-meminfo-gb10.txt'),
      });
      expect(accelerators).toMatchObject([
        {
          kind: 'unified',
          usable: true,
          memory: { totalBytes: 127600748 * 1024, freeBytes: 118566368 * 1024 - 2 * 1024 * MiB },
        },
      ]);
    });

    it('GB10 without its name: memory that the driver has no notion of is RAM', async () => {
      const { accelerators } = await replayed(csv('nvidia-smi-query-gb10-drv580.173.02.csv'), {
        '/proc/meminfo': capture('proc-meminfo-gb10.txt'),
      });
      expect(accelerators).toMatchObject([{ kind: 'unified', memory: { totalBytes: 127600748 * 1024 } }]);
    });

    it('Orin, in an order that is not asked for: the name is enough, the pool is RAM', async () => {
      const { accelerators } = await replayed(csv('nvidia-smi-query-jetson-orin.csv'));
      expect(accelerators).toMatchObject([
        { name: 'Orin (nvgpu)', kind: 'unified', usable: true, memory: { totalBytes: 32000000 * 1024 } },
      ]);
    });

    it('a list without memory names the card and makes no figure up', async () => {
      const { accelerators, warnings } = await replayed(screen('nvidia-smi-L-linux-l40s-drv595.80.txt'));
      expect(accelerators).toMatchObject([
        { name: 'NVIDIA L40S', memory: { totalBytes: null, freeBytes: null }, confidence: 'assumed' },
      ]);
      expect(warnings).toContainEqual({ code: 'memory-unknown', device: 'NVIDIA L40S' });
    });

    const failures: [file: string, exitCode: number][] = [
      ['nvidia-smi-err-version-mismatch.txt', 18],
      ['nvidia-smi-err-no-driver.txt', 9],
      ['nvidia-smi-err-no-devices.txt', 6],
      ['nvidia-smi-err-gpu-lost.txt', 15],
      ['nvidia-smi-err-version-mismatch.txt', 0],
      ['nvidia-smi-err-gpu-lost.txt', 255],
    ];
    it.each(failures)('%s with exit %i is a broken driver, not "no GPU"', async (file, exitCode) => {
      const { accelerators, warnings } = await replayed([{ when: '*', text: capture(file), exitCode }]);
      expect(accelerators).toEqual([]);
      expect(warnings).toMatchObject([{ code: 'driver-broken', vendor: 'nvidia' }]);
    });

    it('no capture of nvidia-smi is left out or makes the probe fail', async () => {
      for (const file of names.filter((name) => name.startsWith('nvidia-smi'))) {
        const machine = await replayed([{ when: '*', text: capture(file) }]);
        const known = machine.accelerators.length + machine.warnings.length;
        expect(known, file).toBeGreaterThan(0);
      }
    });
  },
);

describe.skipIf(process.platform === 'win32').each(captureSets)(
  'memory and limits through real files, $title',
  ({ capture }) => {
    async function memoryOf(files: Record<string, string>) {
      const set = stage({}, files);
      try {
        return (await probeMachine(set.system(), { budgetMs: 20_000, probes: {} })).memory;
      } finally {
        set.remove();
      }
    }

    it.each([
      ['proc-meminfo-firecracker-24g.txt', 24684092, 24314952],
      ['proc-meminfo-gb10.txt', 127600748, 118566368],
      ['proc-meminfo-16g-procfs.txt', 15666184, 440324 + 1020128 + 12007640 - 1308],
    ])('%s', async (file, totalKiB, availableKiB) => {
      expect(await memoryOf({ '/proc/meminfo': capture(file) })).toMatchObject({
        totalBytes: totalKiB * 1024,
        availableBytes: availableKiB * 1024,
        limitedBy: 'none',
      });
    });

    it('an unlimited child of a limited parent, seen only through its hierarchical limit', async () => {
      const memory = await memoryOf({
        '/proc/meminfo': capture('proc-meminfo-firecracker-24g.txt'),
        '/proc/self/cgroup': capture('cgroup1-proc-self-cgroup-hybrid.txt'),
        '/proc/self/mountinfo': `${capture('mountinfo-docker-desktop-windows-9p.txt')}\n35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n`,
        '/sys/fs/cgroup/memory/session/0000/memory.limit_in_bytes': '9223372036854771712\n',
        '/sys/fs/cgroup/memory/session/0000/memory.usage_in_bytes': '4096\n',
        '/sys/fs/cgroup/memory/session/0000/memory.stat': capture('cgroup1-nested-memory.stat-child.txt'),
      });
      expect(memory).toMatchObject({ limitBytes: 536870912, limitedBy: 'cgroup', availableBytes: 536870912 - 4096 });
    });
  },
);
