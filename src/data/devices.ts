import deviceRows from '../../data/devices.json' with { type: 'json' };
import { deviceKey, spellings, withoutMarks } from './device-names.ts';
import type { DeviceSpec } from './schema.ts';

const rows = deviceRows as readonly unknown[] as readonly DeviceSpec[];

/** GPUs, chips, boards and phones with their memory and bandwidth. */
export const deviceSpecs = rows.filter(({ pattern }) => pattern === undefined);

/** Families: devices without a row of their own, such as `Intel UHD Graphics 615`. */
export const deviceFamilies = rows.filter(({ pattern }) => pattern !== undefined);

/** What distinguishes devices of one name. */
export interface DeviceHints {
  memoryBytes?: number | null;
  gpuCores?: number | null;
}

const byKey = indexByKey();

/**
 * The table's row for a device name, by exact name or alias after vendor words, trade marks, spaces and case are put aside; never by part
 * of a name, so a laptop part is not its desktop namesake. Where one name was sold with several memory sizes or core counts, the hints
 * choose; otherwise the slowest is returned, so that nothing is promised that only the faster one delivers. null when the name is unknown.
 */
export function findDevice(name: string, hints: DeviceHints = {}): DeviceSpec | null {
  const found = findDevices(name, hints);
  return found.reduce<DeviceSpec | null>(
    (slowest, device) => (slowest === null || rate(device) < rate(slowest) ? device : slowest),
    null,
  );
}

/** The family that a device without a row of its own belongs to, by the pattern of its name; null when there is none. */
export function findFamily(name: string): DeviceSpec | null {
  const plain = withoutMarks(name.slice(0, 200)).replace(/^nvidia (corporation )?/, '');
  return deviceFamilies.find(({ pattern }) => pattern !== undefined && new RegExp(pattern).test(plain)) ?? null;
}

/** Every row that a name may mean, narrowed by the hints that match some row. */
export function findDevices(name: string, hints: DeviceHints = {}): readonly DeviceSpec[] {
  const named = byKey.get(deviceKey(name)) ?? [];
  const byCores = narrow(
    named,
    (device) => hints.gpuCores != null && (device.gpuCores?.includes(hints.gpuCores) ?? false),
  );
  const bytes = hints.memoryBytes;
  return bytes == null ? byCores : narrow(byCores, (device) => device.memoryGiB.some((size) => sameSize(size, bytes)));
}

/** Nominal bandwidth in bytes per second: the vendor's figure, else transfers x bus width; null when the row has neither. */
export function deviceBandwidth(device: DeviceSpec): number | null {
  if (device.vendorBandwidthGBs !== null) return device.vendorBandwidthGBs * 1e9;
  if (device.transfersMegaPerSecond === null || device.busWidthBits === null) return null;
  return (device.transfersMegaPerSecond * 1e6 * device.busWidthBits) / 8;
}

/**
 * Bandwidth in bytes per second from the memory clock that a driver reports and the table's bus width.
 * Source of the factor 2: nvidia-smi's clocks.max.memory is half the transfer rate (H100 2619 MHz, 5120 bit: 3352 GB/s).
 */
export function bandwidthFromClock(device: DeviceSpec, memoryClockMHz: number): number | null {
  return device.busWidthBits === null ? null : (memoryClockMHz * 1e6 * 2 * device.busWidthBits) / 8;
}

function rate(device: DeviceSpec): number {
  return deviceBandwidth(device) ?? 0;
}

/** Drivers report a little less than the size on the box; ECC takes a sixteenth. */
function sameSize(sizeGiB: number, bytes: number): boolean {
  return Math.abs(bytes / 2 ** 30 - sizeGiB) <= sizeGiB * 0.09;
}

function narrow(rows: readonly DeviceSpec[], keep: (device: DeviceSpec) => boolean): readonly DeviceSpec[] {
  const kept = rows.filter(keep);
  return kept.length > 0 ? kept : rows;
}

function indexByKey(): Map<string, DeviceSpec[]> {
  const index = new Map<string, DeviceSpec[]>();
  for (const device of deviceSpecs) {
    for (const key of new Set([device.name, ...device.aliases].flatMap(spellings))) {
      index.set(key, [...(index.get(key) ?? []), device]);
    }
  }
  return index;
}
