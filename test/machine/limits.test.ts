import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuQuota } from '../../src/machine/host/memory/cgroup.ts';
import { parseMemInfo } from '../../src/machine/host/memory/meminfo.ts';
import { readMemory } from '../../src/machine/host/memory/memory.ts';
import { parseMounts } from '../../src/machine/host/memory/mounts.ts';
import { availableFromVmStat } from '../../src/machine/host/memory/vm-stat.ts';
import { readOs } from '../../src/machine/host/os.ts';
import { fakeSystem } from './replay.ts';

const GiB = 2 ** 30;
const meminfo = { '/proc/meminfo': 'MemTotal: 67108864 kB\nMemAvailable: 62914560 kB\n' };
const two = '31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n';

async function memoryWith(files: Record<string, string>) {
  return (await readMemory(fakeSystem({ files: { ...meminfo, ...files } }), [])).memory;
}

describe('the limit over this process', () => {
  it('the limit over this process is the tightest on the way up; what is free is the least that any of them leaves', async () => {
    const memory = await memoryWith({
      '/proc/self/mountinfo': two,
      '/proc/self/cgroup': '0::/a/b\n',
      '/sys/fs/cgroup/a/memory.max': `${8 * GiB}\n`,
      '/sys/fs/cgroup/a/memory.current': `${7 * GiB}\n`,
      '/sys/fs/cgroup/a/memory.stat': `inactive_file ${GiB}\n`,
      '/sys/fs/cgroup/a/b/memory.max': `${4 * GiB}\n`,
      '/sys/fs/cgroup/a/b/memory.current': `${GiB}\n`,
      '/sys/fs/cgroup/a/b/memory.stat': 'inactive_file 0\n',
    });
    expect(memory).toMatchObject({ limitBytes: 4 * GiB, limitedBy: 'cgroup', availableBytes: 2 * GiB });
  });

  it('above the installed RAM is none', async () => {
    const memory = await memoryWith({
      '/proc/self/mountinfo': two,
      '/proc/self/cgroup': '0::/\n',
      '/sys/fs/cgroup/memory.max': `${128 * GiB}\n`,
    });
    expect(memory).toMatchObject({ limitBytes: null, limitedBy: 'none', availableBytes: 60 * GiB });
  });

  it('the limit over this process of a namespaced view, whose path leads out of the mount, is the mount’s', async () => {
    const memory = await memoryWith({
      '/proc/self/mountinfo': two,
      '/proc/self/cgroup': '0::/../../other\n',
      '/sys/fs/cgroup/memory.max': `${GiB}\n`,
    });
    expect(memory.limitBytes).toBe(GiB);
  });

  it('the limit over this process of a group whose folder is not there is the mount’s', async () => {
    const memory = await memoryWith({
      '/proc/self/mountinfo': two,
      '/proc/self/cgroup': '0::/system.slice/docker-1.scope\n',
      '/sys/fs/cgroup/memory.max': `${GiB}\n`,
    });
    expect(memory.limitBytes).toBe(GiB);
  });

  it('the limit over this process may be the Ollama service’s: the models live there', async () => {
    const memory = await memoryWith({
      '/proc/self/mountinfo': two,
      '/proc/self/cgroup': '0::/user.slice/user-1000.slice\n',
      '/sys/fs/cgroup/user.slice/user-1000.slice/memory.max': 'max\n',
      '/sys/fs/cgroup/system.slice/ollama.service/memory.max': `${16 * GiB}\n`,
      '/sys/fs/cgroup/system.slice/ollama.service/memory.current': `${GiB}\n`,
    });
    expect(memory).toMatchObject({ limitBytes: 16 * GiB, limitedBy: 'cgroup', availableBytes: 15 * GiB });
  });

  it('the limit over this process is found in the usual places when /proc does not say where', async () => {
    expect((await memoryWith({ '/sys/fs/cgroup/memory.max': `${GiB}\n` })).limitBytes).toBe(GiB);
    expect((await memoryWith({ '/sys/fs/cgroup/memory/memory.limit_in_bytes': `${GiB}\n` })).limitBytes).toBe(GiB);
  });

  it.each(['max', '', '0', '-1', '9223372036854771712', '18446744073709551615', 'abc', '1e9'])(
    '"%s" is no limit',
    async (text) => {
      const files = {
        '/proc/self/mountinfo': two,
        '/proc/self/cgroup': '0::/\n',
        '/sys/fs/cgroup/memory.max': `${text}\n`,
      };
      expect((await memoryWith(files)).limitBytes).toBeNull();
    },
  );

  it('the limit over this process is never below nothing, whatever the group holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.maxSafeNat(), fc.maxSafeNat(), fc.maxSafeNat(), async (limit, current, inactive) => {
        const { availableBytes, totalBytes } = await memoryWith({
          '/proc/self/mountinfo': two,
          '/proc/self/cgroup': '0::/\n',
          '/sys/fs/cgroup/memory.max': `${limit}\n`,
          '/sys/fs/cgroup/memory.current': `${current}\n`,
          '/sys/fs/cgroup/memory.stat': `inactive_file ${inactive}\n`,
        });
        expect(availableBytes).toBeGreaterThanOrEqual(0);
        expect(availableBytes).toBeLessThanOrEqual(totalBytes ?? 0);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the CPU quota', () => {
  it('the CPU quota is the tightest on the way up', async () => {
    const files = {
      '/proc/self/mountinfo': two,
      '/proc/self/cgroup': '0::/a/b\n',
      '/sys/fs/cgroup/a/cpu.max': '250000 100000\n',
      '/sys/fs/cgroup/a/b/cpu.max': 'max 100000\n',
    };
    expect(await cpuQuota(fakeSystem({ files }))).toEqual({ cores: 2.5, source: '/sys/fs/cgroup/a/cpu.max' });
  });

  it('the CPU quota of -1 is none', async () => {
    const files = { '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' };
    expect(await cpuQuota(fakeSystem({ files }))).toBeNull();
  });
});

describe('RAM', () => {
  it('available is not free, and more than there is is not believed', () => {
    expect(parseMemInfo('MemTotal: 100 kB\nMemFree: 1 kB\nMemAvailable: 60 kB\n')).toMatchObject({
      availableBytes: 60 * 1024,
    });
    expect(parseMemInfo('MemTotal: 100 kB\nMemAvailable: 101 kB\n').availableBytes).toBeNull();
    expect(parseMemInfo('MemTotal: 100 kB\nMemFree: 1 kB\n').availableBytes).toBeNull();
    expect(parseMemInfo('MemTotal: 0 kB\n').totalBytes).toBeNull();
    expect(parseMemInfo('MemTotal: -5 kB\nMemTotal: many\n').totalBytes).toBeNull();
  });

  it('RAM of a Mac counts what can be given back', async () => {
    const text = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               10000.
Pages active:                            400000.
Pages inactive:                          390000.
Pages speculative:                         5000.
Pages throttled:                              0.
Pages wired down:                        150000.
Pages purgeable:                          20000.
File-backed pages:                       300000.
Anonymous pages:                         495000.
Pages occupied by compressor:            100000.
`;
    const used = 400000 + 390000 + 5000 + 150000 + 100000 - 20000 - 300000;
    expect(availableFromVmStat(text, 32 * GiB)).toBe(32 * GiB - used * 16384);
    const mac = fakeSystem({
      platform: 'darwin',
      totalMemoryBytes: 32 * GiB,
      freeMemoryBytes: GiB,
      programs: [{ head: 'vm_stat', body: text }],
    });
    expect((await readMemory(mac, [])).memory.availableBytes).toBe(32 * GiB - used * 16384);
  });

  it('RAM of a Mac without vm_stat is what the runtime says, and assumed', async () => {
    const mac = fakeSystem({ platform: 'darwin', totalMemoryBytes: 32 * GiB, freeMemoryBytes: GiB });
    const { memory, evidence } = await readMemory(mac, []);
    expect(memory.availableBytes).toBe(GiB);
    expect(evidence).toContainEqual(expect.objectContaining({ subject: 'memory.available', confidence: 'assumed' }));
    expect(availableFromVmStat('<html>', GiB)).toBeNull();
  });
});

describe('mountinfo', () => {
  it('mountinfo is cut at " - ", keeps spaces in options and reads octal letters', () => {
    const line =
      '1391 1160 0:151 / /my\\040disk rw shared:1 master:2 - 9p C:\\134Program\\040Files rw,path=C:\\Program Files\\x,mmap';
    expect(parseMounts(`${line}\nnonsense\n`)).toEqual([
      { root: '/', point: '/my disk', type: '9p', options: ['rw', 'path=C:\\Program Files\\x', 'mmap'] },
    ]);
  });
});

describe('surroundings', () => {
  it.each([
    ['a Docker file', { files: { '/.dockerenv': '' } }, ['container']],
    ['podman', { files: { '/run/.containerenv': 'x' } }, ['container']],
    ['a cgroup path', { files: { '/proc/self/cgroup': '0::/kubepods/pod1/x\n' } }, ['container']],
    ['Kubernetes', { env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' } }, ['container', 'kubernetes']],
    ['WSL by its kernel', { files: { '/proc/sys/kernel/osrelease': '5.15.0-microsoft-standard-WSL2' } }, ['wsl']],
    ['a virtual machine', { files: { '/sys/class/dmi/id/product_name': 'KVM\n' } }, ['vm']],
    ['CI', { env: { GITLAB_CI: 'true' } }, ['ci']],
    ['CI=false', { env: { CI: 'false' } }, []],
    ['nothing special', { files: { '/proc/self/cgroup': '0::/user.slice/user-1000.slice\n' } }, []],
  ])('%s', async (_, facts, environment) => {
    expect((await readOs(fakeSystem(facts))).environment).toEqual(environment);
  });

  it('a translated process on a Mac is told apart: the chip is arm64', async () => {
    const programs = [
      { head: 'sysctl -n sysctl.proc_translated', body: '1\n' },
      { head: 'sw_vers *', body: '26.1\n' },
    ];
    expect(await readOs(fakeSystem({ platform: 'darwin', arch: 'x64', programs }))).toMatchObject({
      arch: 'arm64',
      name: 'macOS',
      version: '26.1',
      environment: ['rosetta'],
    });
  });
});
