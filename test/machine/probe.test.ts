import { describe, expect, it, vi } from 'vitest';
import { probeMachine } from '../../src/machine/probe.ts';
import { probes } from '../../src/machine/probes/index.ts';
import { accelerator } from '../../src/machine/probes/shared/report.ts';
import type { Probe, ProbeReport } from '../../src/machine/probes/types.ts';
import { fakeSystem } from './replay.ts';
import { stage } from './stubs.ts';

const found: ProbeReport = {
  accelerators: [
    accelerator({
      id: 'x:0',
      vendor: 'nvidia',
      name: 'RTX',
      kind: 'discrete',
      backend: 'cuda',
      source: 's',
      confidence: 'measured',
    }),
  ],
  evidence: [],
  warnings: [],
};
const quick: Probe = { platforms: ['linux'], run: async () => found };
const never: Probe = { platforms: ['linux'], run: () => new Promise(() => {}) };
const broken: Probe = { platforms: ['linux'], run: () => Promise.reject(new Error('a bug\u0007')) };

describe('probing', () => {
  it('a probe that hangs is dropped after the budget, named, and the others count', async () => {
    const machine = await probeMachine(fakeSystem(), { budgetMs: 60, probes: { never, quick } });
    expect(machine.accelerators).toHaveLength(1);
    expect(machine.warnings).toContainEqual({ code: 'probe-timeout', probe: 'never', timeoutMs: 60 });
  });

  it('a probe that throws is a warning, not a crash', async () => {
    const machine = await probeMachine(fakeSystem(), { probes: { broken, quick } });
    expect(machine.accelerators).toHaveLength(1);
    expect(machine.warnings).toContainEqual({ code: 'probe-failed', probe: 'broken', detail: 'a bug' });
  });

  it('a file system that hangs leaves everything unknown and still ends', async () => {
    const stuck = {
      ...fakeSystem(),
      read: () => new Promise<never>(() => {}),
      list: () => new Promise<never>(() => {}),
    };
    const machine = await probeMachine(stuck, { budgetMs: 60, probes: {} });
    expect(machine.memory.totalBytes).toBeNull();
    expect(machine.warnings).toContainEqual({ code: 'ram-unknown' });
  });

  it('the wait for the server’s environment comes out of the budget', async () => {
    const unit = '/etc/systemd/system/ollama.service';
    const stuck = fakeSystem({ files: { [unit]: 'User=ollama' } });
    const read = (path: string) => (path === unit ? new Promise<never>(() => {}) : stuck.read(path));
    vi.useFakeTimers();
    try {
      const done = vi.fn();
      void probeMachine({ ...stuck, read }, { budgetMs: 4000, probes: { never } }).then(done);
      await vi.advanceTimersByTimeAsync(3900);
      expect(done).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(150);
      expect(done).toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });

  it('only the probes of this platform run', async () => {
    const windows: Probe = { platforms: ['win32'], run: async () => found };
    expect((await probeMachine(fakeSystem(), { probes: { windows } })).accelerators).toEqual([]);
  });

  it('a computer that says nothing at all is a Machine of nulls', async () => {
    const machine = await probeMachine(fakeSystem({ homeDir: null, parallelism: 0 }), { budgetMs: 15_000 });
    expect(machine).toMatchObject({
      accelerators: [],
      disk: null,
      ollama: null,
      memory: { totalBytes: null, availableBytes: null },
    });
    expect(machine.cpu).toMatchObject({ brand: null, threads: null, quotaCores: null });
  });
});

describe.skipIf(process.platform === 'win32')('with every probe present and every tool hanging', () => {
  it('with every probe present and every tool hanging is done within the budget, and every program has been ended by then', {
    timeout: 15_000,
  }, async () => {
    const hanging = [{ when: '*', script: 'exec sleep 77' }];
    const tools = [
      'nvidia-smi',
      'rocm-smi',
      'amd-smi',
      'xpu-smi',
      'vulkaninfo',
      'clinfo',
      'lspci',
      'llama-server',
      'dmidecode',
      'rocminfo',
    ];
    const set = stage(Object.fromEntries(tools.map((tool) => [tool, hanging])), {
      '/proc/meminfo': 'MemTotal: 1000 kB\nMemAvailable: 900 kB\n',
    });
    try {
      const start = performance.now();
      const system = set.system({ PATH: `${set.folder}/bin:/bin:/usr/bin` });
      let open = 0;
      const counted = {
        ...system,
        run: async (...call: Parameters<typeof system.run>) => {
          open++;
          return system.run(...call).finally(() => open--);
        },
      };
      const machine = await probeMachine(counted, { probes });
      expect(open).toBe(0);
      expect(performance.now() - start).toBeLessThan(2900);
      expect(machine.memory.totalBytes).toBe(1000 * 1024);
      expect(machine.warnings.map(({ code }) => code)).toContain('probe-timeout');
    } finally {
      set.remove();
    }
  });
});
