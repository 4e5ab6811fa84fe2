import { cleanText } from '../../../text.ts';
import { parseReg, type RegKey, regBigInt, regNumber, regText } from './reg.ts';

/** A graphics adapter as the DirectX key of the registry has it. */
export interface DxAdapter {
  /** Registry key, word for word. */
  source: string;
  name: string;
  vendorId: number;
  deviceId: number;
  /** `0x00000000_0x0000d3c5`, the form of the performance counters in lower case. */
  luid: string | null;
  dedicatedBytes: number | null;
  sharedBytes: number | null;
  driverVersion: string | null;
  /** FILETIME of the last time that Windows saw it. */
  lastSeen: bigint | null;
  /** When its entry was made, from the time inside the GUID; '' when the GUID has none. Comparable as text. */
  born: string;
}

/** Adapters in the output of `reg query HKLM\SOFTWARE\Microsoft\DirectX /s`, stale ones and virtual ones included. */
export function parseDirectX(text: string): DxAdapter[] {
  return parseReg(text).flatMap((key) => {
    const name = cleanText(regText(key, 'Description') ?? '');
    const vendorId = regNumber(key, 'VendorId');
    const deviceId = regNumber(key, 'DeviceId');
    if (name === '' || vendorId === null || deviceId === null) return [];
    const luid = regBigInt(key, 'AdapterLuid');
    return [
      {
        source: `reg query ${key.path}`,
        name,
        vendorId,
        deviceId,
        luid: luid === null ? null : luidText(luid),
        dedicatedBytes: plausible(regNumber(key, 'DedicatedVideoMemory')),
        sharedBytes: plausible(regNumber(key, 'SharedSystemMemory')),
        driverVersion: driverVersion(key, vendorId),
        lastSeen: regBigInt(key, 'LastSeen'),
        born: timeInGuid(key.path),
      },
    ];
  });
}

const plausible = (bytes: number | null) => (bytes !== null && bytes < 2 ** 44 ? bytes : null);

function luidText(luid: bigint): string {
  const half = (value: bigint) => `0x${(value & 0xffffffffn).toString(16).padStart(8, '0')}`;
  return `${half(luid >> 32n)}_${half(luid)}`;
}

/** Four 16-bit parts; of NVIDIA's the last five digits are the version that everyone knows (31.0.15.7080 is 570.80). */
function driverVersion(key: RegKey, vendorId: number): string | null {
  const whole = regBigInt(key, 'DriverVersion');
  if (whole === null || whole === 0n) return null;
  const parts = [48n, 32n, 16n, 0n].map((shift) => Number((whole >> shift) & 0xffffn));
  if (vendorId !== 0x10de) return parts.join('.');
  const digits = `${(parts[2] ?? 0) % 10}${String(parts[3] ?? 0).padStart(4, '0')}`;
  return `${digits.slice(0, 3)}.${digits.slice(3)}`;
}

/** GUIDs of version 1 hold a time: its parts, highest first. */
function timeInGuid(path: string): string {
  const match = /\{([0-9a-f]{8})-([0-9a-f]{4})-1([0-9a-f]{3})-/i.exec(path);
  return match ? `${match[3]}${match[2]}${match[1]}`.toLowerCase() : '';
}

/** A display adapter of the device class key: what its driver wrote when it was installed. */
export interface ClassAdapter {
  source: string;
  name: string;
  vendorId: number | null;
  deviceId: number | null;
  /** HardwareInformation.qwMemorySize. */
  memoryBytes: number | null;
  driverVersion: string | null;
}

/** Figures that stand for "does not fit in this field": 4 GiB less 1 MiB or a byte, 2 GiB less a page or a byte. */
export function isCapped(bytes: number): boolean {
  return bytes >= 4293918720 || (bytes >= 2147479552 && bytes < 2147483648);
}

/**
 * Adapters in the output of `reg query …\Class\{4d36e968-…} /s`. qwMemorySize is trusted; the older 32-bit MemorySize only
 * where it is not one of the caps (an Arc A770 with 16 GB says 2 GiB there).
 */
export function parseDisplayClass(text: string): ClassAdapter[] {
  return parseReg(text).flatMap((key) => {
    const name = cleanText(regText(key, 'DriverDesc') ?? '');
    if (!/\\\d{4}$/.test(key.path) || name === '') return [];
    const ids = pciIds(regText(key, 'MatchingDeviceId') ?? '');
    const old = regNumber(key, 'HardwareInformation.MemorySize');
    const whole = plausible(regNumber(key, 'HardwareInformation.qwMemorySize'));
    return [
      {
        source: `reg query ${key.path}`,
        name,
        ...ids,
        memoryBytes: whole || (old !== null && !isCapped(old) ? old || null : null),
        driverVersion: cleanText(regText(key, 'DriverVersion') ?? '', 40) || null,
      },
    ];
  });
}

/** Ids in `PCI\VEN_1002&DEV_744C&…`. */
export function pciIds(text: string): { vendorId: number | null; deviceId: number | null } {
  const hex = (pattern: RegExp) => {
    const match = pattern.exec(text);
    return match?.[1] ? Number.parseInt(match[1], 16) : null;
  };
  return { vendorId: hex(/VEN_([0-9a-f]{4})/i), deviceId: hex(/DEV_([0-9a-f]{4})/i) };
}
