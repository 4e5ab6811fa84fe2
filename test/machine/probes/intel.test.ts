import { describe, expect, test } from 'vitest';
import { intel } from '../../../src/machine/probes/intel/index.ts';
import { parseVramManager } from '../../../src/machine/probes/intel/sysfs.ts';
import { parseClinfo, parseXpuSmi } from '../../../src/machine/probes/intel/tools.ts';
import { parseLspci } from '../../../src/machine/probes/shared/pci.ts';
import { captureSets } from '../captures.ts';
import { type FakeFacts, fakeSystem } from '../replay.ts';

const GiB = 1024 ** 3;
const probe = (facts: Partial<FakeFacts>) => intel.run(fakeSystem(facts));

/** An Intel GPU in sysfs, with its render node: its address, its device id and what else the driver shows. */
const card = (number: number, address: string, device: string, more: Record<string, string> = {}) => {
  const folder = `/sys/class/drm/card${number}/device`;
  return {
    [`/dev/dri/renderD${128 + number}`]: '',
    [`${folder}/vendor`]: '0x8086\n',
    [`${folder}/device`]: `${device}\n`,
    [`${folder}/uevent`]: `DRIVER=xe\nPCI_ID=8086:${device.slice(2).toUpperCase()}\nPCI_SLOT_NAME=${address}\n`,
    ...Object.fromEntries(Object.entries(more).map(([file, text]) => [`/sys/class/drm/card${number}/${file}`, text])),
  };
};

describe('Intel on Linux', () => {
  test('xe: the tiles are summed', async () => {
    const tiles = {
      'device/tile0/physical_vram_size_bytes': String(64 * GiB),
      'device/tile1/physical_vram_size_bytes': String(64 * GiB),
    };
    const { accelerators } = await probe({ files: card(0, '0000:4d:00.0', '0x0bd5', tiles) });
    expect(accelerators).toMatchObject([
      { name: 'Intel Data Center GPU Max 1550', kind: 'discrete', memory: { totalBytes: 128 * GiB, freeBytes: null } },
    ]);
  });

  test('i915: total and what is available', async () => {
    const files = card(1, '0000:03:00.0', '0x56a0', {
      lmem_total_bytes: '17096114176',
      lmem_avail_bytes: '16000000000',
    });
    const { accelerators, physical } = await probe({ files });
    expect(accelerators[0]).toMatchObject({
      id: 'intel:card1',
      name: 'Intel Arc A770',
      confidence: 'measured',
      memory: { totalBytes: 17096114176, freeBytes: 16000000000 },
    });
    expect(physical?.['intel:card1']).toEqual({ pciAddress: '0000:03:00.0' });
  });

  test('a driver without figures: xpu-smi gives the list first and the memory card by card', async () => {
    const one = { device_id: 0, device_name: 'Intel(R) Arc(TM) B580 Graphics', pci_bdf_address: '0000:03:00.0' };
    const { accelerators } = await probe({
      files: card(0, '0000:03:00.0', '0xe20b'),
      programs: [
        { head: 'xpu-smi discovery -j', body: JSON.stringify({ device_list: [one] }) },
        {
          head: 'xpu-smi discovery -d 0 -j',
          body: JSON.stringify({
            ...one,
            memory_physical_size_byte: '12809404416',
            memory_free_size_byte: '12000000000',
          }),
        },
      ],
    });
    expect(accelerators).toMatchObject([
      { name: 'Intel Arc B580', memory: { totalBytes: 12809404416, freeBytes: 12000000000 }, confidence: 'reported' },
    ]);
  });

  test('OpenCL is the last word, and less is believed of it', async () => {
    const body =
      '  Device Name                                     Intel(R) Arc(TM) A750 Graphics\n  Device Vendor                                   Intel(R) Corporation\n  Device Type                                     GPU\n  Global memory size                              6791413760 (6.325GiB)\n';
    const { accelerators } = await probe({
      files: card(0, '0000:03:00.0', '0x56a1'),
      programs: [{ head: 'clinfo', body }],
    });
    expect(accelerators[0]).toMatchObject({
      confidence: 'assumed',
      memory: { totalBytes: 6791413760, freeBytes: null },
    });
  });

  test('graphics in a processor share the RAM, three quarters of it', async () => {
    const { accelerators } = await probe({
      files: {
        ...card(0, '0000:00:02.0', '0xa780'),
        '/proc/meminfo': 'MemTotal: 33554432 kB\nMemAvailable: 8388608 kB\n',
      },
      programs: [
        {
          head: 'lspci -nnD',
          body: '0000:00:02.0 VGA compatible controller [0300]: Intel Corporation Raptor Lake-S UHD Graphics [8086:a780] (rev 04)\n',
        },
      ],
    });
    expect(accelerators).toMatchObject([
      {
        name: 'Intel Raptor Lake-S UHD Graphics',
        kind: 'integrated',
        backend: 'vulkan',
        usable: null,
        memory: { totalBytes: 24 * GiB, freeBytes: 8 * GiB },
      },
    ]);
  });

  test('a card and the graphics of the processor are two', async () => {
    const files = {
      ...card(0, '0000:00:02.0', '0x4680'),
      ...card(1, '0000:03:00.0', '0x56a5', { lmem_total_bytes: String(6 * GiB) }),
    };
    expect((await probe({ files })).accelerators.map(({ kind }) => kind)).toEqual(['integrated', 'discrete']);
  });

  test('a card without a driver is said, not passed over', async () => {
    const folder = '/sys/bus/pci/devices/0000:03:00.0';
    const files = {
      [`${folder}/vendor`]: '0x8086',
      [`${folder}/device`]: '0x56a0',
      [`${folder}/class`]: '0x030000',
      [`${folder}/driver -> ../../bus/pci/drivers/vfio-pci`]: '',
    };
    expect((await probe({ files })).warnings).toEqual([
      { code: 'driver-missing', vendor: 'intel', device: 'Intel Arc A770' },
    ]);
    const body =
      '0000:03:00.0 VGA compatible controller [0300]: Intel Corporation DG2 [Arc A770] [8086:56a0] (rev 08)\n';
    const listed = await probe({ files, programs: [{ head: 'lspci -nnD', body }] });
    expect(listed).toMatchObject({ accelerators: [], warnings: [{ code: 'driver-missing' }] });
  });

  test('a container that was not given the card sees it and cannot use it', async () => {
    const { '/dev/dri/renderD128': _, ...inside } = card(0, '0000:03:00.0', '0x56a0', {
      lmem_total_bytes: '17096114176',
    });
    const reason = { code: 'device-node-missing', vendor: 'intel', path: '/dev/dri' };
    const { accelerators, warnings } = await probe({ files: inside });
    expect(accelerators).toMatchObject([{ usable: false, reason, memory: { totalBytes: 17096114176 } }]);
    expect(warnings).toEqual([reason]);
    expect((await probe({ files: { ...inside, '/dev/dxg': '' } })).accelerators).toMatchObject([{ usable: null }]);
    const elsewhere = { files: inside, env: { GEMMA_FIT_SYSROOT: '/captured' } };
    expect((await probe(elsewhere)).accelerators).toMatchObject([{ usable: null }]);
  });

  test('nonsense is told and not used', async () => {
    const files = card(0, '0000:03:00.0', '0x56a0', { lmem_total_bytes: '-5', 'device/tile0/x': '' });
    const { accelerators, warnings } = await probe({ files });
    expect(accelerators[0]?.memory).toEqual({ totalBytes: null, freeBytes: null });
    expect(warnings).toMatchObject([{ code: 'reading-implausible', value: '-5' }]);
  });
});

test('xpu-smi as a table', () => {
  const row = (left: string, right: string) => `| ${left.padEnd(9)} | ${right.padEnd(84)} |\n`;
  const rule = `+${'-'.repeat(11)}+${'-'.repeat(86)}+\n`;
  const device = (index: string) =>
    row(index, 'Device Type: GPU') +
    row('', 'Device Name: Intel(R) Arc(TM) Pro B60 Graphics') +
    row('', 'PCI Device ID: 0xe211') +
    row('', '') +
    row('', `PCI BDF Address: 0000:4${index}:00.0`) +
    row('', 'Memory Physical Size: 24480.00 MiB') +
    row('', 'Max Mem Alloc Size: 4095.99 MiB') +
    rule;
  const text = rule + row('Device ID', 'Device Information') + rule + device('0') + device('1');
  expect(
    parseXpuSmi(text, 'x').map(({ index, address, deviceId, total }) => [index, address, deviceId, total]),
  ).toEqual([
    [0, '0000:40:00.0', 0xe211, '24480.00 MiB'],
    [1, '0000:41:00.0', 0xe211, '24480.00 MiB'],
  ]);
});

describe.each(captureSets)('outputs of Intel’s tools, $title', ({ capture }) => {
  test('xpu-smi, numbers or texts', () => {
    const text = capture('xpu-smi-discovery-json.json');
    for (const shape of [
      text,
      text.replace('17179869184', '"17179869184"'),
      `{"device_list": ${text}}`,
      `note: [1]\n${text}\nbye`,
    ]) {
      expect(parseXpuSmi(shape, 'x')).toMatchObject([
        { index: 0, name: 'Intel(R) Arc(TM) A770', total: '17179869184' },
      ]);
    }
  });

  test('clinfo of an A750: a fifth less than the card has', () => {
    expect(parseClinfo(capture('clinfo-arc-a750-wsl.txt'))).toEqual([
      { name: null, vendor: null, isGpu: null, globalBytes: '6791413760' },
    ]);
  });

  test('xe memory manager of an A750', () => {
    expect(parseVramManager(capture('sysfs-xe-debugfs-vram_mm-a750.txt'))).toEqual({
      size: 8522825728,
      usage: 32079872,
    });
  });

  test('each lspci line through the probe', async () => {
    const lines = capture('lspci-nnD-intel-amd-nvidia-lines.txt').trim().split('\n');
    const found = await Promise.all(
      lines.map(async (line) =>
        (await probe({ programs: [{ head: 'lspci -nnD', body: `${line}\n` }] })).accelerators.map(({ name, kind }) => [
          name,
          kind,
        ]),
      ),
    );
    expect(found).toEqual([
      [['Intel Core Ultra 200V Series Processors Arc Graphics 130V/140V GPU', 'integrated']],
      [['Intel Arc A770', 'discrete']],
      [['Intel Arc Pro B70', 'discrete']],
      [['Intel Raptor Lake-S UHD Graphics', 'integrated']],
      [],
    ]);
    expect(parseLspci(lines.join('\n')).at(-1)).toMatchObject({
      vendorId: 0x1002,
      deviceId: 0x7590,
      name: 'Radeon RX 9060 XT',
    });
  });

  test('a machine without a GPU and the software driver of WSL have none', () => {
    expect(parseLspci(capture('lspci-nn-firecracker-no-gpu.txt'))).toEqual([]);
    expect(parseLspci(capture('lspci-wsl2-basic-render.txt'))).toEqual([]);
  });
});
