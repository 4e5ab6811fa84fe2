import type { System } from '../../../system/system.ts';
import type { Accelerator, AcceleratorKind, Vendor } from '../../types.ts';
import { ask } from '../shared/ask.ts';
import { type RamNow, ramNow } from '../shared/memory-now.ts';
import { accelerator, bytesFrom, newReport, note, type Report } from '../shared/report.ts';
import type { PhysicalKey, Probe, ProbeReport } from '../types.ts';
import {
  addressOf,
  luidOf,
  typeOf,
  type VulkanDevice,
  venusHostName,
  withoutDriver,
  withoutDuplicates,
} from './device.ts';
import { parseVulkan } from './parse.ts';

/**
 * A second reading of every GPU with a Vulkan driver, and the only one where no other probe knows it. Never asks for JSON: vulkaninfo
 * writes that into a file of the current folder.
 */
export const vulkan: Probe = { platforms: ['linux', 'win32'], run: runVulkan };

const options = { timeoutMs: 1800, maxBytes: 8 * 1024 * 1024 };

async function runVulkan(system: System): Promise<ProbeReport> {
  const report = newReport();
  const [summary, text, ram] = await Promise.all([
    read(system, report, ['--summary']),
    read(system, report, []),
    ramNow(system),
  ]);
  const full = text ?? [];
  const devices = full.some(({ heaps }) => heaps.length > 0) ? joined(full, summary ?? []) : [...(summary ?? full)];
  for (const device of real(devices)) addDevice(report, device, ram);
  // A loader without a driver ends with an error on every machine that has no GPU: that says nothing new.
  report.warnings = report.warnings.filter(({ code }) => code !== 'probe-failed');
  return report;
}

async function read(system: System, report: Report, args: string[]): Promise<VulkanDevice[] | null> {
  const text = await ask(system, report, 'vulkaninfo', args, options);
  return text === null ? null : parseVulkan(text);
}

const real = (devices: readonly VulkanDevice[]) =>
  withoutDuplicates(devices.filter((device) => typeOf(device) !== 'other'));

/** What the full text lacks (old versions write no driver id), the summary may have. */
function joined(full: VulkanDevice[], summary: VulkanDevice[]): VulkanDevice[] {
  return full.map((device) => {
    const same = summary.find(({ index }) => index === device.index);
    return { ...device, properties: new Map([...(same?.properties ?? []), ...device.properties]) };
  });
}

const vendorIds = new Map<number, Vendor>([
  [0x10de, 'nvidia'],
  [0x1002, 'amd'],
  [0x8086, 'intel'],
  [0x106b, 'apple'],
]);

function vendorOf(device: VulkanDevice, name: string): Vendor {
  const id = Number(device.properties.get('vendorID') ?? Number.NaN);
  if (Number.isFinite(id)) return vendorIds.get(id) ?? 'other';
  if (/nvidia|geforce/i.test(name)) return 'nvidia';
  if (/\b(amd|radeon)\b/i.test(name)) return 'amd';
  return /\bintel\b/i.test(name) ? 'intel' : 'other';
}

function addDevice(report: Report, device: VulkanDevice, ram: RamNow): void {
  const id = `vulkan:${device.index}`;
  const written = device.properties.get('deviceName') ?? '';
  const host = venusHostName(written);
  const name = withoutDriver(host ?? written);
  if (name === '') return;
  if (host !== null) report.warnings.push({ code: 'host-gpu', device: name });
  note(report, `${id}.name`, { value: written, source: 'vulkaninfo deviceName', confidence: 'reported' });
  const vendor = vendorOf(device, name);
  const key = physicalKey(device);
  if (Object.keys(key).length > 0) report.physical[id] = key;
  const kind = host !== null && typeOf(device) === 'integrated' ? 'integrated' : kindOf(device, vendor, name);
  const memory = memoryOf(report, id, device);
  report.accelerators.push(
    accelerator({
      id,
      vendor,
      name,
      kind,
      backend: 'vulkan',
      memory: kind === 'integrated' ? withinRam(memory, ram) : memory,
      source: 'vulkaninfo memoryHeaps',
      confidence: 'reported',
    }),
  );
}

/** A GPU that shares RAM has no more of it than the system that asks: a guest sees the heaps of its host. */
function withinRam({ totalBytes, freeBytes }: Accelerator['memory'], ram: RamNow): Accelerator['memory'] {
  const least = (a: number | null, b: number | null) => (a === null || b === null ? a : Math.min(a, b));
  return { totalBytes: least(totalBytes, ram.totalBytes), freeBytes: least(freeBytes, ram.availableBytes) };
}

function kindOf(device: VulkanDevice, vendor: Vendor, name: string): AcceleratorKind {
  const type = typeOf(device);
  if (type === 'integrated') return vendor === 'nvidia' || vendor === 'apple' ? 'unified' : 'integrated';
  if (type === 'discrete') return 'discrete';
  return /\b(UHD|HD Graphics|Iris|\d{3}M|80[3-6]0S|Vega \d+ Graphics|Radeon(\(TM\))? Graphics)\b/i.test(name)
    ? 'integrated'
    : 'discrete';
}

function physicalKey(device: VulkanDevice): PhysicalKey {
  const uuid = device.properties.get('deviceUUID')?.toLowerCase();
  const [pciAddress, luid] = [addressOf(device), luidOf(device)];
  return {
    ...(pciAddress ? { pciAddress } : {}),
    ...(uuid && !/^[0-]*$/.test(uuid) ? { uuid } : {}),
    ...(luid ? { luid } : {}),
  };
}

/** Device-local heaps summed: AMD splits its memory in two. Free only where the driver gives a budget for every one of them. */
function memoryOf(report: Report, id: string, { heaps }: VulkanDevice) {
  const read = (text: string | null, field: string, zeroAllowed: boolean) =>
    bytesFrom(report, text, { subject: `${id}.heap.${field}`, source: 'vulkaninfo memoryHeaps', zeroAllowed });
  const local = heaps.filter(({ deviceLocal }) => deviceLocal);
  const sizes = local.map(({ size }) => read(size, 'size', false));
  const sum = (values: (number | null)[]) =>
    values.length === 0 || values.includes(null)
      ? null
      : values.reduce<number>((total, value) => total + (value ?? 0), 0);
  const totalBytes = sum(sizes);
  const left = local.map(({ budget, usage }) => {
    const [most, taken] = [read(budget, 'budget', true), read(usage, 'usage', true)];
    return most === null || most === 0 || taken === null ? null : Math.max(0, most - taken);
  });
  const free = sum(left);
  note(report, `${id}.memory.total`, {
    value: totalBytes,
    source: 'vulkaninfo: device-local heaps',
    confidence: 'reported',
  });
  return { totalBytes, freeBytes: free !== null && totalBytes !== null && free <= totalBytes ? free : null };
}
