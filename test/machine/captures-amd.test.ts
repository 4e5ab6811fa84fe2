import { describe, expect, test } from 'vitest';
import { amd } from '../../src/machine/probes/amd/index.ts';
import { captureSets } from './captures.ts';
import { type FakeFacts, fakeSystem } from './replay.ts';

const GiB = 1024 ** 3;
const MiB = 1024 ** 2;

const probe = async (facts: Partial<FakeFacts>) => (await amd.run(fakeSystem(facts))).accelerators;
const brief = (list: Awaited<ReturnType<typeof probe>>) =>
  list.map(({ name, kind, architecture, memory }) => [name, kind, architecture, memory.totalBytes, memory.freeBytes]);
describe.each(captureSets)('AMD outputs through the probe, $title', ({ capture, captureTree }) => {
  const answering = (head: string, ...names: string[]) => ({
    programs: [{ head, body: names.map(capture).join('') }],
  });

  test.each([
    [
      'rocm-smi-json-rx7900xt-productname-meminfo.json',
      [['AMD Radeon RX 7900 XT', 'discrete', 'gfx1100', 21458059264, 21458059264 - 27856896]],
    ],
    [
      'rocm-smi-csv-rx7900xt.csv',
      [['AMD Radeon RX 7900 XT', 'discrete', 'gfx1100', 21458059264, 21458059264 - 27856896]],
    ],
    [
      'rocm-smi-json-rx6700xt_rocm430.json',
      [['AMD Navi 22 GPU (0x73df)', 'discrete', 'gfx1031', 12868124672, 12868124672 - 1622728704]],
    ],
    [
      'rocm-smi-json-vega-10-XT.json',
      [['AMD Radeon Pro WX 9100', 'discrete', 'gfx900', 17163091968, 17163091968 - 17776640]],
    ],
    ['rocm-smi-json-rembrandt-680m.json', [['AMD Radeon 680M', 'integrated', 'gfx1035', 536870912, 91320320]]],
    [
      'rocm-smi-strix-halo-na-name.txt',
      [['AMD Strix Halo GPU (0x1586)', 'integrated', 'gfx1151', 68719476736, 68719476736 - 53637746688]],
    ],
  ])('%s', async (name, expected) => {
    expect(brief(await probe(answering('rocm-smi *', name)))).toEqual(expected);
  });

  test('two MI100 in the shape of ROCm 5.7, driver version under system', async () => {
    const list = await probe(answering('rocm-smi *', 'rocm-smi-json-mi100_rocm571.json'));
    expect(brief(list)[0]).toEqual(['AMD Instinct MI100', 'discrete', 'gfx908', 34342961152, 34342961152 - 6782976]);
    expect(list.every(({ memory }) => memory.totalBytes === 34342961152)).toBe(true);
    expect(list.every(({ driverVersion }) => driverVersion !== null)).toBe(true);
  });

  test('a 32 GB MI50 under a generic name, a 16 GB one and a Cezanne APU, from two text outputs', async () => {
    const list = await probe({
      programs: [
        { head: 'rocm-smi --showmeminfo vram', body: capture('rocm-smi-showmeminfo-vram-mi50x2-cezanne.txt') },
        { head: 'rocm-smi --showproductname', body: capture('rocm-smi-showproductname-mi50x2-cezanne.txt') },
      ],
    });
    expect(brief(list)).toEqual([
      ['AMD Radeon Graphics (Vega 20)', 'discrete', 'gfx906', 34342961152, 34342961152 - 25227759616],
      ['AMD Instinct MI60 / MI50', 'discrete', 'gfx906', 17163091968, 17163091968 - 7695077376],
      ['AMD Radeon Graphics (Cezanne)', 'integrated', 'gfx90c', 536870912, 536870912 - 18165760],
    ]);
  });

  test('two text files of one card', async () => {
    const list = await probe(answering('rocm-smi *', 'llmfit-mixed-rocm-product.txt', 'llmfit-mixed-rocm-vram.txt'));
    expect(brief(list)).toEqual([
      ['AMD Radeon RX 7900 XTX', 'discrete', 'gfx1100', 25769803776, 25769803776 - 1048576],
    ]);
  });

  test('a warning before the JSON is passed over', async () => {
    const list = await probe(
      answering('rocm-smi *', 'rocm-smi-warning-low-power.txt', 'rocm-smi-json-rx7900xt-productname-meminfo.json'),
    );
    expect(brief(list)[0]?.[3]).toBe(21458059264);
  });

  test('amd-smi: a list of two, and the text of an MI300A', async () => {
    expect(brief(await probe(answering('amd-smi *', 'amd-smi-static-json-list-r9700-igpu.json')))).toEqual([
      ['AMD Radeon AI PRO R9700', 'discrete', 'gfx1201', 32624 * MiB, null],
      ['AMD Radeon Graphics (gfx1036)', 'integrated', 'gfx1036', 2048 * MiB, null],
    ]);
    expect(brief(await probe(answering('amd-smi *', 'amd-smi-static-mi300a.txt')))).toEqual([
      ['AMD Instinct MI300A', 'discrete', 'gfx942', 64289 * MiB, null],
    ]);
  });

  test('the sysfs tree of a Vega card', async () => {
    const list = await probe({ files: captureTree('sysfs-amdgpu-card0-8gb-navi.txt') });
    expect(brief(list)).toEqual([['AMD Radeon RX Vega', 'discrete', 'gfx900', 8573157376, 8573157376 - 1490378752]]);
    expect(list[0]?.confidence).toBe('measured');
  });

  test('Strix Halo by KFD properties: its target, and the pools of the kernel log capped by the RAM there is', async () => {
    const dmesg = capture('dmesg-amdgpu-strix-halo-96g-carveout.txt');
    const pool = (kind: string) => String(Number(new RegExp(`(\\d+)M of ${kind}`).exec(dmesg)?.[1]) * MiB);
    const card = '/sys/class/drm/card1/device';
    const [apu] = await probe({
      totalMemoryBytes: 31 * GiB,
      files: {
        '/dev/kfd': '',
        [`${card}/vendor`]: '0x1002',
        [`${card}/device`]: '0x1586',
        [`${card}/mem_info_vram_total`]: pool('VRAM'),
        [`${card}/mem_info_gtt_total`]: pool('GTT'),
        '/sys/class/kfd/kfd/topology/nodes/1/properties': capture('kfd-node-properties-strix-halo.txt'),
        '/sys/module/ttm/parameters/pages_limit': capture('ttm-pages_limit-strix-halo.txt'),
      },
    });
    expect(apu).toMatchObject({ kind: 'integrated', architecture: 'gfx1151', backend: 'rocm' });
    expect(apu?.memory.totalBytes).toBe(96 * GiB + 29 * GiB);
  });

  test('MI350X: the bandwidth is computed from what KFD says', async () => {
    const bank = capture('kfd-mem_banks-mi350x.txt');
    const card = '/sys/class/drm/card1/device';
    const [gpu] = await probe({
      files: {
        [`${card}/vendor`]: '0x1002',
        [`${card}/device`]: '0x75a0',
        [`${card}/mem_info_vram_total`]: '309220868096',
        '/sys/class/kfd/kfd/topology/nodes/5/properties': 'simd_count 1024\ngfx_target_version 90500\n',
        '/sys/class/kfd/kfd/topology/nodes/5/mem_banks/0/properties': bank,
      },
    });
    expect(gpu).toMatchObject({ name: 'AMD Instinct MI350X', architecture: 'gfx950' });
    expect(gpu?.bandwidthBytesPerSecond).toBe(7.7824e12);
  });
});
