/** A Vulkan device as vulkaninfo prints it; numbers are text, not yet validated. */
export interface VulkanDevice {
  index: number;
  /** Plain keys as vulkaninfo writes them: deviceName, deviceType, vendorID, deviceID, driverID, deviceUUID, pciBus, … */
  properties: Map<string, string>;
  heaps: VulkanHeap[];
}

export interface VulkanHeap {
  size: string | null;
  budget: string | null;
  usage: string | null;
  deviceLocal: boolean;
}

/** Properties that are read; all others are passed over. */
export const knownProperties = new Set([
  'deviceName',
  'deviceType',
  'vendorID',
  'deviceID',
  'deviceUUID',
  'deviceLUID',
  'deviceLUIDValid',
  'driverID',
  'driverName',
  'driverInfo',
  'pciDomain',
  'pciBus',
  'pciDevice',
  'pciFunction',
]);

const softwareNames = /llvmpipe|lavapipe|softpipe|swiftshader|basic render|direct3d12|virtio/i;
const softwareDrivers = /LLVMPIPE|SWIFTSHADER|DOZEN/i;

/** The GPU of the host that a virtual machine reaches through virtio: `Virtio-GPU Venus (AMD Radeon 780M (RADV PHOENIX))`; null for another. */
export function venusHostName(name: string): string | null {
  return /^Virtio-GPU Venus \((.+)\)\s*$/i.exec(name)?.[1]?.trim() ?? null;
}

/** Mesa writes its driver or the chip behind the name: `AMD Radeon RX 7900 XTX (RADV NAVI31)`, `Intel(R) Arc(tm) A770 Graphics (DG2)`. */
export function withoutDriver(name: string): string {
  return name.replace(/\s*\((RADV|AMDVLK|ACO|LLVM|NVK|[A-Z]{2,3}\d?)\b[^()]*\)\s*$/, '').trim();
}

export type VulkanType = 'discrete' | 'integrated' | 'other' | 'unknown';

/** discrete and integrated GPUs; `other` for software, virtual devices and translations of another driver. */
export function typeOf({ properties }: VulkanDevice): VulkanType {
  const type = properties.get('deviceType') ?? '';
  const written = properties.get('deviceName') ?? '';
  const name = venusHostName(written) ?? written;
  const driver = `${properties.get('driverID') ?? ''} ${properties.get('driverName') ?? ''}`;
  if (softwareNames.test(name) || softwareDrivers.test(driver) || /\bCore Processor\b/i.test(name)) return 'other';
  if (/DISCRETE_GPU/.test(type) || type === '2') return 'discrete';
  if (/INTEGRATED_GPU/.test(type) || type === '1') return 'integrated';
  return type === '' ? 'unknown' : 'other';
}

/** `0000:03:00.0` from the PCI properties, else from the UUID where Mesa makes it of the address; null when neither is there. */
export function addressOf({ properties }: VulkanDevice): string | null {
  const number = (key: string) => {
    const text = properties.get(key);
    return text !== undefined && /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : null;
  };
  const parts = ['pciDomain', 'pciBus', 'pciDevice', 'pciFunction'].map(number);
  const numbers = parts.some((part) => part === null) ? addressInUuid(properties) : (parts as number[]);
  if (!numbers) return null;
  const [domain = 0, bus = 0, device = 0, part = 0] = numbers;
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  return domain > 0xffff || bus > 255 || device > 31 || part > 7
    ? null
    : `${hex(domain, 4)}:${hex(bus, 2)}:${hex(device, 2)}.${part}`;
}

/**
 * RADV writes domain, bus, device and function as four 32-bit numbers, Intel's driver vendor, device, revision and domain with 16 bits,
 * then bus, device and function with 8; all little end first.
 */
function addressInUuid(properties: Map<string, string>): number[] | null {
  const uuid = properties.get('deviceUUID')?.replaceAll('-', '') ?? '';
  const intel = /^8680.{8}(..)(..)(..)(..)(..)0{10}$/i.exec(uuid);
  if (intel && /INTEL_OPEN_SOURCE/.test(properties.get('driverID') ?? '')) {
    const [low = 0, high = 0, ...rest] = intel.slice(1).map((byte) => Number.parseInt(byte, 16));
    return [low + high * 256, ...rest];
  }
  if (!/RADV/.test(properties.get('driverID') ?? '') || !/^([0-9a-f]{8}){4}$/i.test(uuid) || /^0+$/.test(uuid))
    return null;
  return (uuid.match(/.{8}/g) ?? []).map((word) => Number.parseInt((word.match(/../g) ?? []).reverse().join(''), 16));
}

/** The adapter's LUID in the form of Windows' counters; null unless the device says that it is valid. */
export function luidOf({ properties }: VulkanDevice): string | null {
  const bytes = properties.get('deviceLUID')?.replace(/[^0-9a-f]/gi, '') ?? '';
  if (!/^true|^1/.test(properties.get('deviceLUIDValid') ?? '') || bytes.length !== 16) return null;
  const word = (at: number) => `0x${(bytes.slice(at, at + 8).match(/../g) ?? []).reverse().join('')}`.toLowerCase();
  return `${word(8)}_${word(0)}`;
}

/** One device a card: two drivers, or two loader entries, show one card twice. The first is kept. */
export function withoutDuplicates(devices: readonly VulkanDevice[]): VulkanDevice[] {
  const kept: VulkanDevice[] = [];
  for (const device of devices) if (!kept.some((other) => isSame(other, device))) kept.push(device);
  return kept;
}

function isSame(a: VulkanDevice, b: VulkanDevice): boolean {
  const both = (read: (device: VulkanDevice) => string | null | undefined) => {
    const [left, right] = [read(a), read(b)];
    return left && right && !/^[0-]*$/.test(left) ? left === right : null;
  };
  const byKey = both((device) => device.properties.get('deviceUUID')) || both(luidOf);
  if (byKey) return true;
  const byAddress = both(addressOf);
  if (byAddress !== null) return byAddress;
  const ids = both((device) => `${device.properties.get('vendorID') ?? ''}${device.properties.get('deviceID') ?? ''}`);
  const drivers = both((device) => device.properties.get('driverID'));
  return ids === true && drivers === false;
}
