import { describe, expect, test } from 'vitest';
import { apuBudget } from '../../../src/machine/probes/amd/budget.ts';
import { bandwidthFromKfd, gfxFromVersion, gfxIn } from '../../../src/machine/probes/amd/gfx.ts';
import { amd } from '../../../src/machine/probes/amd/index.ts';
import { amdKind, type KindClues } from '../../../src/machine/probes/amd/kind.ts';
import {
  isAmbiguousName,
  nameByIds,
  nameFromCpuBrand,
  presentableName,
} from '../../../src/machine/probes/amd/names.ts';
import { parseSmi } from '../../../src/machine/probes/amd/smi.ts';
import { fakeSystem } from '../replay.ts';

const GiB = 1024 ** 3;

describe('LLVM targets', () => {
  test.each([
    [110501, 'gfx1151'],
    [90010, 'gfx90a'],
    [90402, 'gfx942'],
    [90012, 'gfx90c'],
    [100301, 'gfx1031'],
    [120001, 'gfx1201'],
    [80003, 'gfx803'],
    [0, null],
    [99, null],
    [12.5, null],
    [91999, null],
  ])('%d is %s', (version, gfx) => {
    expect(gfxFromVersion(version)).toBe(gfx);
  });

  test('found in any text', () => {
    expect(gfxIn('gfx906:sramecc+:xnack-')).toBe('gfx906');
    expect(gfxIn('amdgcn-amd-amdhsa--gfx90a')).toBe('gfx90a');
    expect(gfxIn('no target')).toBeNull();
  });

  test.each([
    ['gfx1100', 384, 1249, 959.232e9],
    ['gfx803', 256, 2000, 256e9],
    ['gfx803', 4096, 500, 512e9],
    ['gfx942', 8192, 1300, 5324.8e9],
    ['gfx1151', 256, 1000, null],
    ['gfx1100', 384, 99999999, null],
    [null, 384, 1249, null],
  ])('%s with %d bits at %d MHz: %s bytes/s', (gfx, width, clock, bandwidth) => {
    expect(bandwidthFromKfd(gfx, width, clock)).toBe(bandwidth);
  });
});

describe('card or APU', () => {
  const clues: KindClues = {
    deviceId: null,
    gfx: null,
    vramBytes: null,
    gttBytes: null,
    discreteHints: null,
    integratedHints: [],
    name: null,
    cpuBrand: null,
  };
  test.each([
    [
      'Strix Halo, whatever its carve-out',
      { deviceId: 0x1586, vramBytes: 96 * GiB, gttBytes: 15 * GiB, discreteHints: ['board_info'] },
      'integrated',
    ],
    ['a target of APUs', { gfx: 'gfx1153', vramBytes: 64 * GiB }, 'integrated'],
    ['a second voltage', { integratedHints: ['hwmon/hwmon3/in1_input'] }, 'integrated'],
    ['little VRAM and much GTT', { vramBytes: 512 * 1024 ** 2, gttBytes: 8 * GiB }, 'integrated'],
    [
      '4 GiB of a vendor',
      { vramBytes: 4 * GiB, gttBytes: 16 * GiB, discreteHints: ['mem_info_vram_vendor'] },
      'discrete',
    ],
    [
      'a Ryzen AI Max without ids',
      { vramBytes: 96 * GiB, cpuBrand: 'AMD RYZEN AI MAX+ 395 w/ Radeon 8060S' },
      'integrated',
    ],
    [
      'its card beside it',
      { vramBytes: 24 * GiB, cpuBrand: 'AMD RYZEN AI MAX+ 395', name: 'AMD Radeon RX 7900 XTX' },
      'discrete',
    ],
    ['Navi 31', { deviceId: 0x744c, vramBytes: 24 * GiB }, 'discrete'],
  ] satisfies [string, Partial<KindClues>, string][])('%s', (_, given, kind) => {
    expect(amdKind({ ...clues, ...given }).kind).toBe(kind);
  });
});

describe('what an APU may use', () => {
  const pools = {
    vramTotal: 96 * GiB,
    vramFree: 90 * GiB,
    gttTotal: 105 * GiB,
    gttFree: 105 * GiB,
    ramTotal: 31 * GiB,
    ramAvailable: 20 * GiB,
  };
  test('more VRAM and GTT than there is RAM is capped by the RAM', () => {
    expect(apuBudget(pools)).toEqual({ totalBytes: 125 * GiB, freeBytes: 108 * GiB });
  });
  test('what an APU may use: without GTT only the carve-out is sure', () => {
    expect(apuBudget({ ...pools, gttTotal: null, gttFree: null })).toEqual({
      totalBytes: 96 * GiB,
      freeBytes: 90 * GiB,
    });
  });
  test('unknown stays unknown', () => {
    expect(apuBudget({ ...pools, vramTotal: null })).toEqual({ totalBytes: null, freeBytes: null });
    expect(apuBudget({ ...pools, gttFree: null }).freeBytes).toBeNull();
    expect(apuBudget({ ...pools, vramFree: null }).freeBytes).toBeNull();
  });
});

describe('names', () => {
  test.each([
    ['Navi 31 [Radeon RX 7900 XT]', 'AMD Radeon RX 7900 XT'],
    ['Advanced Micro Devices, Inc. Vega 20', 'AMD Vega 20'],
    ['MI300A', 'AMD Instinct MI300A'],
    ['N/A', null],
    ['0x744c', null],
    ['', null],
    ['Advanced Micro Devices, Inc. [AMD/ATI]', null],
  ])('%j is %j', (text, name) => {
    expect(presentableName(text)).toBe(name);
  });

  test('ids name a card only when they name exactly one', () => {
    expect(nameByIds(0x744c, 0xc8)).toBe('AMD Radeon RX 7900 XTX');
    expect(nameByIds(0x744c, null)).toBeNull();
    expect(nameByIds(0x738c, null)).toBe('AMD Instinct MI100');
  });

  test('several cards in one name', () => {
    expect(isAmbiguousName('AMD Radeon RX 7900 XT/7900 XTX')).toBe(true);
    expect(isAmbiguousName('AMD Radeon 880M / 890M')).toBe(true);
    expect(isAmbiguousName('AMD Instinct MI60 / MI50')).toBe(false);
  });

  test('the processor names its graphics', () => {
    expect(nameFromCpuBrand('AMD Ryzen 7 7840HS w/ Radeon 780M Graphics')).toBe('AMD Radeon 780M Graphics');
    expect(nameFromCpuBrand('AMD Ryzen 5 5600G with Radeon Graphics')).toBeNull();
  });
});

describe('shapes of amd-smi and rocm-smi', () => {
  const one = (text: string) => parseSmi(text, 'x')[0];
  test('values with unit, without unit, as text with unit, in bytes', () => {
    for (const vram of [
      { size: { value: 16368, unit: 'MB' } },
      { size: 16368 },
      { size: '16368 MB' },
      { vram_total: 16368 },
      { size_mb: 16368 },
    ]) {
      expect(one(JSON.stringify([{ gpu: 0, asic: { market_name: 'X' }, vram }]))?.vramTotal).toMatch(/^16368 M(i?)B$/i);
    }
    expect(one(JSON.stringify({ devices: [{ vram_total_bytes: 536870912 }] }))?.vramTotal).toBe('536870912');
  });

  test('amd-smi as CSV', () => {
    const text =
      'gpu,market_name,vendor_id,device_id,rev_id,target_graphics_version,size\n0,"AMD Radeon RX 9070 XT",0x1002,0x7550,0xc0,gfx1201,16304\n1,AMD Radeon Graphics,0x1002,0x164e,0xc5,gfx1036,512\n';
    expect(parseSmi(text, 'x')).toMatchObject([
      {
        key: 'card0',
        names: ['AMD Radeon RX 9070 XT'],
        deviceId: 0x7550,
        revision: 0xc0,
        gfx: 'gfx1201',
        vramTotal: '16304 MiB',
      },
      { key: 'card1', gfx: 'gfx1036', vramTotal: '512 MiB' },
    ]);
  });

  test('amd-smi metric as text', () => {
    const text =
      'GPU: 0\n    MEM_USAGE:\n        TOTAL_VRAM: 196592 MB\n        USED_VRAM: 284 MB\n        FREE_VRAM: 196308 MB\n        TOTAL_GTT: 1031905 MB\n        USED_GTT: 24 MB\n\nGPU: 1\n    MEM_USAGE:\n        TOTAL_VRAM: N/A\n        USED_VRAM: N/A\n';
    expect(parseSmi(text, 'x')).toMatchObject([
      {
        key: 'card0',
        vramTotal: '196592 MB',
        vramUsed: '284 MB',
        vramFree: '196308 MB',
        gttTotal: '1031905 MB',
        gttUsed: '24 MB',
      },
    ]);
  });

  test('keys of rocm-smi in any case and unit', () => {
    expect(one('{"card0": {"VRAM Total Memory (MiB)": "8176", "VRAM Total Used Memory (MiB)": "12"}}')).toMatchObject({
      vramTotal: '8176 mib',
      vramUsed: '12 mib',
    });
    expect(one('{"card0": {"vram total memory (b)": "8573157376"}}')?.vramTotal).toBe('8573157376');
  });

  test('a figure that is not said is not said with a unit either', () => {
    const size = (value: string | number, unit?: string) =>
      one(JSON.stringify([{ gpu: 0, asic: { market_name: 'X' }, vram: { size: { value, unit } } }]))?.vramTotal;
    expect(size('N/A', 'MB')).toBeNull();
    expect(size(8176, 'MB')).toBe('8176 MB');
    expect(size(8176)).toBe('8176 MiB');
  });

  test('the table of rocm-smi has ids, and of memory a percentage only', () => {
    const newer =
      'Device  Node  IDs              Temp    Power\n0       1     0x7551,   33194  27.0°C  1.0W   N/A, N/A, 0         0Mhz  96Mhz  0%   auto  300.0W  0%     0%\n';
    const older =
      '0       [0x5200 : 0xc8]       46.0°C  72.0W  N/A, N/A        21Mhz  1249Mhz  0%   auto  291.0W    4%   1%    \n        0x744c                                   \n';
    expect(parseSmi(newer, 'x')).toMatchObject([{ key: 'card0', deviceId: 0x7551, vramTotal: null }]);
    expect(parseSmi(older, 'x')).toMatchObject([{ key: 'card0', deviceId: 0x744c, revision: 0xc8 }]);
  });
});

describe('AMD on Linux', () => {
  const folder = '/sys/class/drm/card0/device';
  const files = {
    [`${folder}/vendor`]: '0x1002\n',
    [`${folder}/device`]: '0x744c\n',
    [`${folder}/revision`]: '0xc8\n',
    [`${folder}/mem_info_vram_total`]: `${24 * GiB}\n`,
    [`${folder}/mem_info_vram_used`]: `${2 * GiB}\n`,
  };

  test('AMD on Linux: when sysfs knows the memory no program is started but lspci', async () => {
    const system = fakeSystem({ files, programs: [{ head: 'rocm-smi *', body: '' }] });
    await amd.run(system);
    expect(system.calls).toEqual(['lspci -nnD']);
  });

  test('sources that differ are all kept, with the rule that chose', async () => {
    const node = '/sys/class/kfd/kfd/topology/nodes/1';
    const kfd = {
      [`${node}/properties`]: 'simd_count 192\ngfx_target_version 110000\n',
      [`${node}/mem_banks/0/properties`]: `size_in_bytes ${23 * GiB}\nwidth 384\nmem_clk_max 1249\n`,
    };
    const { accelerators, evidence } = await amd.run(fakeSystem({ files: { ...files, ...kfd } }));
    expect(accelerators[0]?.memory).toEqual({ totalBytes: 24 * GiB, freeBytes: 22 * GiB });
    expect(
      evidence
        .filter(({ subject }) => subject === 'amd:card0.vram.total')
        .map(({ value, chosen, rule }) => [value, chosen, rule !== null]),
    ).toEqual([
      [24 * GiB, true, true],
      [23 * GiB, false, true],
    ]);
  });

  test('more used than there is: the free memory is unknown', async () => {
    const { accelerators } = await amd.run(
      fakeSystem({ files: { ...files, [`${folder}/mem_info_vram_used`]: `${25 * GiB}` } }),
    );
    expect(accelerators[0]?.memory).toEqual({ totalBytes: 24 * GiB, freeBytes: null });
  });

  test('connectors and cards of others are passed over', async () => {
    const other = {
      '/sys/class/drm/card1/device/vendor': '0x10de',
      '/sys/class/drm/card0-HDMI-A-1/device/vendor': '0x1002',
      '/sys/class/drm/renderD128/device/vendor': '0x1002',
    };
    expect((await amd.run(fakeSystem({ files: other }))).accelerators).toEqual([]);
  });
});

describe('AMD in a container', () => {
  const inside = {
    '/sys/class/drm/card0/device/vendor': '0x1002\n',
    '/sys/class/drm/card0/device/device': '0x744c\n',
    '/sys/class/drm/card0/device/mem_info_vram_total': `${24 * GiB}`,
    '/sys/class/kfd/kfd/topology/nodes/1/properties': 'simd_count 192\ngfx_target_version 110000\n',
  };
  const probe = async (nodes: string[], env: Record<string, string> = {}) => {
    const files = { ...inside, ...Object.fromEntries(nodes.map((node) => [node, ''])) };
    const { accelerators, warnings } = await amd.run(fakeSystem({ files, env }));
    return { device: accelerators[0], warnings };
  };
  const missing = (path: string) => ({ code: 'device-node-missing', vendor: 'amd', path });

  test('AMD in a container: that was given no device: nothing can use the card', async () => {
    const { device, warnings } = await probe([]);
    expect(device).toMatchObject({ usable: false, reason: missing('/dev/kfd, /dev/dri') });
    expect(warnings).toEqual([missing('/dev/kfd, /dev/dri')]);
  });

  test('AMD in a container: that was given /dev/dri only: Vulkan is left', async () => {
    const { device, warnings } = await probe(['/dev/dri/card0', '/dev/dri/renderD128']);
    expect(device).toMatchObject({ usable: null, backend: 'vulkan' });
    expect(warnings).toEqual([missing('/dev/kfd')]);
  });

  test.each([
    [['/dev/kfd'], {}],
    [['/dev/dxg'], {}],
    [[], { GEMMA_FIT_SYSROOT: '/captured' }],
  ])('AMD in a container: with %j and %j it is ROCm', async (nodes, env) => {
    const { device, warnings } = await probe(nodes, env);
    expect(device).toMatchObject({ usable: null, backend: 'rocm' });
    expect(warnings).toEqual([]);
  });
});
