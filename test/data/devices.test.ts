import { describe, expect, it } from 'vitest';
import { spellings } from '../../src/data/device-names.ts';
import {
  bandwidthFromClock,
  deviceBandwidth,
  deviceFamilies,
  deviceSpecs,
  findDevice,
  findDevices,
  findFamily,
} from '../../src/data/devices.ts';

const GiB = 2 ** 30;
const gbs = (name: string, hints = {}) => {
  const device = findDevice(name, hints);
  return device === null ? null : Math.round(deviceBandwidth(device)! / 1e9);
};

it('data/devices.json has at least 150 devices, sorted, with unique ids and a bandwidth each', () => {
  expect(deviceSpecs.length).toBeGreaterThanOrEqual(150);
  const order = ['nvidia', 'amd', 'intel', 'apple', 'other'];
  const keys = deviceSpecs.map(({ vendor, id }) => `${order.indexOf(vendor)} ${id}`);
  expect(keys).toEqual([...keys].sort());
  expect(new Set(keys).size).toBe(keys.length);
  for (const device of deviceSpecs.filter((device) => device.class !== 'phone'))
    expect(deviceBandwidth(device), device.id).toBeGreaterThan(3e9);
});

it('data/devices.json shares a name only between sizes or bins of one device', () => {
  const owner = new Map<string, string>();
  const shared = ['orin (nvgpu)', 'xavier (nvgpu)', 'thor (nvgpu)', 'thor', 'arc a770 graphics'];
  for (const device of deviceSpecs) {
    for (const key of new Set([device.name, ...device.aliases].flatMap(spellings))) {
      if (shared.includes(key)) continue;
      expect(owner.get(key) ?? device.name, key).toBe(device.name);
      owner.set(key, device.name);
    }
  }
});

it('data/devices.json has the vendor’s bandwidth equal to clock x bus where both are given', () => {
  for (const device of deviceSpecs) {
    if (device.vendorBandwidthGBs === null || device.transfersMegaPerSecond === null || device.busWidthBits === null)
      continue;
    const computed = (device.transfersMegaPerSecond * device.busWidthBits) / 8000;
    expect(Math.abs(device.vendorBandwidthGBs / computed - 1), device.id).toBeLessThan(0.03);
  }
});

describe('findDevice', () => {
  it.each([
    ['NVIDIA GeForce RTX 4090', 1008],
    ['RTX 4090', 1008],
    ['4090', 1008],
    ['NVIDIA GeForce RTX 4090 Laptop GPU', 576],
    ['RTX 4090 Mobile', 576],
    ['NVIDIA GeForce RTX 5060', 448],
    ['Tesla T4', 320],
    ['NVIDIA T400', 80],
    ['NVIDIA A10', 600],
    ['NVIDIA A10G', 600],
    ['NVIDIA A100-SXM4-80GB', 2039],
    ['NVIDIA L4', 300],
    ['NVIDIA L40', 864],
    ['NVIDIA H100 80GB HBM3', 3350],
    ['NVIDIA H100 PCIe', 2039],
    ['AMD Radeon RX 7900 XTX (RADV NAVI31)', 960],
    ['Radeon(TM) RX 7900 XT', 800],
    ['AMD Radeon 780M Graphics', 90],
    ['Intel(R) Arc(TM) B580 Graphics', 456],
    ['Apple M3 Ultra', 819],
    ['M4 Pro', 273],
    ['NVIDIA GeForce GTX 1060 6GB', 192],
    ['NVIDIA GeForce GTX 1650 Ti with Max-Q Design', 160],
    ['NVIDIA GeForce RTX 3050 Ti Laptop GPU', 192],
    ['NVIDIA RTX 4000 SFF Ada Generation', 280],
    ['AMD Instinct MI300X OAM', 5300],
    ['AMD Radeon PRO V710', 504],
    ['AMD Radeon Pro VII', 1024],
    ['RX 9060 XT 16 GB', 320],
    ['Intel(R) Arc(TM) A770 Graphics (DG2)', 512],
    ['NVIDIA GeForce RTX 2070 Super with Max-Q Design', 352],
    ['RX 580', 256],
    ['  nvidia   geforce rtx 3090 ti ', 1008],
  ])('%s: %d GB/s', (name, expected) => {
    expect(gbs(name)).toBe(expected);
  });

  it('findDevice never goes by part of a name', () => {
    const unknown = [
      'RTX',
      'T40',
      'GeForce RTX 4090 Super',
      'A1',
      'Radeon Graphics',
      'AMD Radeon(TM) Graphics',
      'M4 Ultra',
      '',
      'RTX 4090 Laptop GPU 2',
    ];
    for (const name of unknown) expect(findDevice(name), name).toBeNull();
  });

  it('findDevice tells cards of one name apart by their memory', () => {
    expect(gbs('NVIDIA GeForce RTX 3060', { memoryBytes: 12288 * 2 ** 20 })).toBe(360);
    expect(gbs('NVIDIA GeForce RTX 3060', { memoryBytes: 8192 * 2 ** 20 })).toBe(240);
    expect(gbs('NVIDIA GeForce RTX 3080', { memoryBytes: 12 * GiB })).toBe(912);
    expect(gbs('Orin (nvgpu)', { memoryBytes: 61.4 * GiB })).toBe(205);
    expect(gbs('Orin (nvgpu)', { memoryBytes: 7.44 * GiB })).toBe(68);
  });

  it('findDevice tells Apple chips of one name apart by cores or by memory', () => {
    expect(gbs('Apple M3 Max', { gpuCores: 30 })).toBe(300);
    expect(gbs('Apple M3 Max', { gpuCores: 40 })).toBe(400);
    expect(gbs('M3 Max', { memoryBytes: 64 * GiB })).toBe(400);
    expect(gbs('Apple M4 Max', { memoryBytes: 36 * GiB })).toBe(410);
    expect(gbs('M3 Max (40-core GPU)')).toBe(400);
  });

  it('findDevice takes the slowest when nothing tells them apart, and shows the others', () => {
    expect(gbs('Apple M3 Max')).toBe(300);
    expect(gbs('GTX 1650')).toBe(128);
    expect(findDevices('Apple M3 Max')).toHaveLength(2);
  });
});

describe('the memory clock that a driver reports', () => {
  it.each([
    ['NVIDIA GeForce RTX 4080 SUPER', 11501, 736],
    ['NVIDIA GeForce RTX 2080 SUPER', 7751, 496],
    ['NVIDIA L40S', 9001, 864],
    ['NVIDIA H100 80GB HBM3', 2619, 3352],
    ['NVIDIA H200', 3201, 4917],
  ])('%s at %d MHz: %d GB/s', (name, clock, expected) => {
    expect(Math.round(bandwidthFromClock(findDevice(name)!, clock)! / 1e9)).toBe(expected);
  });

  it('the memory clock that a driver reports says nothing without a bus width', () => {
    expect(bandwidthFromClock(findDevice('NVIDIA B200')!, 3000)).toBeNull();
  });
});

describe('families', () => {
  it.each(deviceFamilies)('$name: its pattern reads names, and stands at their start', ({ pattern = '' }) => {
    expect(() => new RegExp(pattern)).not.toThrow();
    expect(
      pattern
        .replace(/\([^()]*\)/g, '')
        .replace(/\([^()]*\)/g, '')
        .split('|')
        .filter((branch) => !branch.startsWith('^')),
    ).toEqual([]);
  });

  it('families never claim a device of another maker', () => {
    for (const { name, aliases, vendor } of deviceSpecs.filter((device) => device.class !== 'phone')) {
      for (const written of [name, ...aliases]) {
        const family = findFamily(written);
        if (family !== null && vendor !== 'other') expect(family.vendor, written).toBe(vendor);
      }
    }
  });

  it.each([
    ['Intel(R) UHD Graphics 615', 'integrated'],
    ['Intel(R) Iris(R) Plus Graphics 655', 'integrated'],
    ['AMD Radeon(TM) Vega 8 Graphics', 'integrated'],
    ['NVIDIA GeForce GTX 660 Ti', 'discrete'],
    ['NVIDIA Quadro K3100M', 'discrete'],
    ['AMD Radeon HD 6950', 'discrete'],
    ['AMD Radeon HD 7850', 'discrete'],
    ['Intel(R) Core(TM) i5-8250U', 'integrated'],
    ['AMD Ryzen 7 5700G', 'integrated'],
  ])('%s: %s', (name, kind) => {
    expect(findFamily(name)?.kind).toBe(kind);
  });

  it.each(['NVIDIA GeForce RTX 4090', 'Radeon RX 7900 XTX', 'Arc B580', 'Apple M4 Pro', 'Voodoo 5', ''])(
    '%s has none',
    (name) => {
      expect(findFamily(name)).toBeNull();
    },
  );
});
