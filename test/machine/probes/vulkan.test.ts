import { describe, expect, test } from 'vitest';
import { addressOf, luidOf } from '../../../src/machine/probes/vulkan/device.ts';
import { vulkan } from '../../../src/machine/probes/vulkan/index.ts';
import { parseVulkan } from '../../../src/machine/probes/vulkan/parse.ts';
import { captureSets } from '../captures.ts';
import { fakeSystem } from '../replay.ts';

const GiB = 1024 ** 3;
const probe = (programs: { head: string; body: string }[]) => vulkan.run(fakeSystem({ programs }));

interface Gpu {
  name: string;
  type?: string;
  vendor?: string;
  device?: string;
  driver?: string;
  uuid?: string;
  heaps?: [size: number, flags: string, budget?: number, usage?: number][];
}
const summaryOf = (gpu: Gpu, at: number) => `GPU${at}:
	apiVersion         = 1.4.303
	vendorID           = ${gpu.vendor ?? '0x1002'}
	deviceID           = ${gpu.device ?? '0x744c'}
	deviceType         = ${gpu.type ?? 'PHYSICAL_DEVICE_TYPE_DISCRETE_GPU'}
	deviceName         = ${gpu.name}
	driverID           = ${gpu.driver ?? 'DRIVER_ID_MESA_RADV'}
	deviceUUID         = ${gpu.uuid ?? `00000000-0${at + 3}00-0000-0000-000000000000`}
`;
const fullOf = (gpu: Gpu, at: number) => `GPU${at}:
VkPhysicalDeviceProperties:
---------------------------
	vendorID          = ${gpu.vendor ?? '0x1002'}
	deviceID          = ${gpu.device ?? '0x744c'}
	deviceType        = ${gpu.type ?? 'PHYSICAL_DEVICE_TYPE_DISCRETE_GPU'}
	deviceName        = ${gpu.name}

VkPhysicalDeviceMemoryProperties:
=================================
memoryHeaps: count = ${gpu.heaps?.length ?? 0}
${(gpu.heaps ?? []).map(([size, flags, budget, usage], heap) => `	memoryHeaps[${heap}]:\n		size   = ${size} (0x${size.toString(16)}) (… GiB)\n${budget === undefined ? '' : `		budget = ${budget} (…)\n		usage  = ${usage} (…)\n`}		flags: count = 1\n			${flags}\n`).join('')}memoryTypes: count = 1
	memoryTypes[0]:
		heapIndex     = 0
		size          = 5
`;
const programs = (...gpus: Gpu[]) => [
  { head: 'vulkaninfo --summary', body: `VULKANINFO\n\nDevices:\n========\n${gpus.map(summaryOf).join('')}` },
  {
    head: 'vulkaninfo',
    body: `VULKANINFO\n\nDevice Properties and Extensions:\n=================\n${gpus.map(fullOf).join('\n')}`,
  },
];
const local = 'MEMORY_HEAP_DEVICE_LOCAL_BIT';

describe('Vulkan', () => {
  test('device-local heaps are summed, the host heap is not', async () => {
    const heaps: Gpu['heaps'] = [
      [8 * GiB, 'None'],
      [23.75 * GiB, local, 22 * GiB, 0],
      [0.25 * GiB, local, 0.25 * GiB, 0],
    ];
    const { accelerators, physical } = await probe(programs({ name: 'AMD Radeon RX 7900 XTX (RADV NAVI31)', heaps }));
    expect(accelerators).toMatchObject([
      {
        vendor: 'amd',
        name: 'AMD Radeon RX 7900 XTX',
        kind: 'discrete',
        backend: 'vulkan',
        memory: { totalBytes: 24 * GiB, freeBytes: 22.25 * GiB },
      },
    ]);
    expect(physical?.['vulkan:0']).toMatchObject({ pciAddress: '0000:03:00.0' });
  });

  test('Vulkan: without a budget the free memory is unknown', async () => {
    const { accelerators } = await probe(
      programs({
        name: 'NVIDIA GeForce RTX 4070',
        vendor: '0x10de',
        driver: 'DRIVER_ID_NVIDIA_PROPRIETARY',
        heaps: [[12 * GiB, local]],
      }),
    );
    expect(accelerators[0]).toMatchObject({ vendor: 'nvidia', memory: { totalBytes: 12 * GiB, freeBytes: null } });
  });

  test.each([
    ['software by type', { name: 'llvmpipe (LLVM 19.1.0, 256 bits)', type: 'PHYSICAL_DEVICE_TYPE_CPU' }],
    ['software by name', { name: 'SwiftShader Device (Subzero)', type: 'PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU' }],
    ['a processor in disguise', { name: 'AMD Ryzen 9 7950X 16-Core Processor', type: 'PHYSICAL_DEVICE_TYPE_CPU' }],
    ['Direct3D under WSL', { name: 'Microsoft Direct3D12 (NVIDIA GeForce RTX 4070)', driver: 'DRIVER_ID_MESA_DOZEN' }],
    [
      'a device of a virtual machine',
      { name: 'Virtio-GPU Venus (AMD Radeon)', type: 'PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU' },
    ],
  ])('%s is no GPU', async (_, gpu) => {
    expect((await probe(programs({ ...gpu, heaps: [[8 * GiB, local]] }))).accelerators).toEqual([]);
  });

  test('two drivers of one card are one card, two equal cards are two', async () => {
    const one = { name: 'AMD Radeon RX 7900 XTX (RADV NAVI31)', heaps: [[24 * GiB, local]] } satisfies Gpu;
    const twice = await probe(
      programs(one, {
        ...one,
        name: 'AMD Radeon RX 7900 XTX',
        driver: 'DRIVER_ID_AMD_OPEN_SOURCE',
        uuid: 'aaaaaaaa-0000-0000-0000-000000000001',
      }),
    );
    expect(twice.accelerators).toHaveLength(1);
    expect((await probe(programs(one, one))).accelerators).toHaveLength(2);
  });

  test('a summary alone gives names and no memory', async () => {
    const [summary] = programs({
      name: 'Intel(R) Graphics (LNL)',
      vendor: '0x8086',
      type: 'PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU',
      driver: 'DRIVER_ID_INTEL_OPEN_SOURCE_MESA',
    });
    const { accelerators } = await probe([summary!]);
    expect(accelerators).toMatchObject([
      { vendor: 'intel', name: 'Intel(R) Graphics', kind: 'integrated', memory: { totalBytes: null, freeBytes: null } },
    ]);
  });

  test.each([
    [
      'flags as names',
      {
        capabilities: {
          device: {
            properties: {
              VkPhysicalDeviceProperties: {
                deviceName: 'AMD Radeon RX 7600',
                deviceType: 'VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU',
                vendorID: 4098,
              },
            },
          },
        },
        VkPhysicalDeviceMemoryProperties: {
          memoryHeaps: [{ flags: ['VK_MEMORY_HEAP_DEVICE_LOCAL_BIT'], size: 8 * GiB }],
        },
      },
    ],
    [
      'flags as bits, type as a number',
      {
        VkPhysicalDeviceProperties: { deviceName: 'AMD Radeon RX 7600', deviceType: 2, vendorID: 4098 },
        VkPhysicalDeviceMemoryProperties: {
          memoryHeaps: [
            { flags: 1, size: 8 * GiB },
            { flags: 0, size: 16 * GiB },
          ],
        },
      },
    ],
  ])('JSON is read where it comes: %s', async (_, json) => {
    const { accelerators } = await probe([{ head: 'vulkaninfo*', body: JSON.stringify(json) }]);
    expect(accelerators).toMatchObject([
      { name: 'AMD Radeon RX 7600', kind: 'discrete', memory: { totalBytes: 8 * GiB } },
    ]);
  });

  test('Vulkan never asks for JSON, which would leave a file behind', async () => {
    const system = fakeSystem({ programs: programs({ name: 'AMD Radeon RX 7600' }) });
    await vulkan.run(system);
    expect(system.calls).toEqual(['vulkaninfo --summary', 'vulkaninfo']);
  });

  test('a loader without a driver is no news, one that hangs is', async () => {
    const error = {
      head: 'vulkaninfo* [exit 1] [stderr]',
      body: 'Cannot create Vulkan instance: ERROR_INCOMPATIBLE_DRIVER',
    };
    expect(await probe([error])).toMatchObject({ accelerators: [], warnings: [] });
    expect((await probe([{ head: 'vulkaninfo* [hangs]', body: '' }])).warnings).toMatchObject([
      { code: 'probe-timeout' },
      {},
    ]);
  });

  test('absurd heaps are told and not used', async () => {
    const { accelerators, warnings } = await probe(programs({ name: 'AMD Radeon RX 7600', heaps: [[1e18, local]] }));
    expect(accelerators[0]?.memory.totalBytes).toBeNull();
    expect(warnings).toMatchObject([{ code: 'reading-implausible' }]);
  });
});

describe('which card it is', () => {
  const device = (driverID: string, deviceUUID: string, more: Record<string, string> = {}) => ({
    index: 0,
    properties: new Map(Object.entries({ driverID, deviceUUID, ...more })),
    heaps: [],
  });
  test.each([
    ['RADV', device('DRIVER_ID_MESA_RADV', '00000000-c500-0000-0000-000000000000'), '0000:c5:00.0'],
    [
      "Intel's driver of Mesa",
      device('DRIVER_ID_INTEL_OPEN_SOURCE_MESA', '8680a056-0800-0000-0300-000000000000'),
      '0000:03:00.0',
    ],
    [
      'graphics in a processor',
      device('DRIVER_ID_INTEL_OPEN_SOURCE_MESA', '86809a46-0c00-0000-0002-000000000000'),
      '0000:00:02.0',
    ],
    [
      'a UUID that is only a UUID',
      device('DRIVER_ID_NVIDIA_PROPRIETARY', '8680a056-0800-0000-0300-000000000000'),
      null,
    ],
    [
      'the PCI properties',
      device('X', '', { pciDomain: '0', pciBus: '101', pciDevice: '0', pciFunction: '0' }),
      '0000:65:00.0',
    ],
    [
      'PCI properties that cannot be',
      device('X', '', { pciDomain: '0', pciBus: '900', pciDevice: '0', pciFunction: '0' }),
      null,
    ],
  ])('%s', (_, given, address) => {
    expect(addressOf(given)).toBe(address);
  });

  test('the LUID in the form of the counters of Windows', () => {
    const given = device('X', '', { deviceLUID: 'c5d30000-00000000', deviceLUIDValid: 'true' });
    expect(luidOf(given)).toBe('0x00000000_0x0000d3c5');
    expect(luidOf(device('X', '', { deviceLUID: 'c5d30000-00000000', deviceLUIDValid: 'false' }))).toBeNull();
  });
});

describe.each(captureSets)('outputs of vulkaninfo, $title', ({ capture }) => {
  test('only llvmpipe: its two GiB are not a GPU', async () => {
    const { accelerators } = await probe([
      { head: 'vulkaninfo --summary', body: capture('vulkaninfo-summary-llvmpipe.txt') },
      { head: 'vulkaninfo', body: capture('vulkaninfo-heaps-llvmpipe.txt') },
    ]);
    expect(accelerators).toEqual([]);
    expect(parseVulkan(capture('vulkaninfo-heaps-llvmpipe.txt'))[0]?.heaps).toEqual([
      { size: '2147483648', budget: null, usage: null, deviceLocal: true },
    ]);
  });

  test('the old list of names', async () => {
    const { accelerators } = await probe([
      { head: 'vulkaninfo --summary', body: capture('llmfit-mixed-vulkan-summary.txt') },
    ]);
    expect(accelerators.map(({ vendor, name, kind, memory }) => [vendor, name, kind, memory.totalBytes])).toEqual([
      ['amd', 'AMD Radeon RX 7900 XTX', 'discrete', null],
      ['amd', 'AMD Radeon RX 7800 XT', 'discrete', null],
      ['nvidia', 'NVIDIA GeForce RTX 4070', 'discrete', null],
    ]);
  });

  test('malformed text holds nothing', () => {
    expect(parseVulkan(capture('llmfit-mixed-vulkan-malformed.txt'))).toEqual([]);
  });
});
