import { GiB } from '../../../data/units.ts';
import type { AcceleratorKind, Vendor } from '../../types.ts';
import { chipOf } from '../amd/chips.ts';
import { isIntegratedName } from '../amd/kind.ts';

const vendors = new Map<number, Vendor>([
  [0x10de, 'nvidia'],
  [0x1002, 'amd'],
  [0x1022, 'amd'],
  [0x8086, 'intel'],
]);

/** Vendor by PCI id, else by name. */
export function windowsVendor(vendorId: number | null, name: string): Vendor {
  const known = vendorId === null ? undefined : vendors.get(vendorId);
  if (known || vendorId !== null) return known ?? 'other';
  if (/nvidia|geforce|quadro|tesla/i.test(name)) return 'nvidia';
  if (/\b(amd|radeon|firepro)\b/i.test(name)) return 'amd';
  return /\bintel\b/i.test(name) ? 'intel' : 'other';
}

/** Own memory of an Intel card starts at 2 GiB, what integrated graphics call dedicated is 128 MiB. */
const leastCardBytes = 1 * GiB;

/** Card or part of the CPU, by chip, name and dedicated memory. */
export function windowsKind(vendor: Vendor, clues: Clues): AcceleratorKind {
  return kinds[vendor]?.(clues) ?? (hasCardMemory(clues) ? 'discrete' : 'integrated');
}

interface Clues {
  name: string;
  deviceId: number | null;
  dedicatedBytes: number | null;
}

const hasCardMemory = ({ dedicatedBytes }: Clues) => (dedicatedBytes ?? 0) >= leastCardBytes;

/** null where nothing but the memory can tell. */
const kinds: Partial<Record<Vendor, (clues: Clues) => AcceleratorKind | null>> = {
  nvidia: () => 'discrete',
  amd: ({ name, deviceId }) => {
    const chip = chipOf(deviceId);
    const generic = /^(AMD )?Radeon(\(TM\)| TM)? Graphics$/i.test(name);
    return (chip?.integrated ?? (isIntegratedName(name) || generic)) ? 'integrated' : 'discrete';
  },
  intel: (clues) => {
    const { name, dedicatedBytes } = clues;
    // Graphics in a processor are called Arc B390 too.
    if (dedicatedBytes !== null && !hasCardMemory(clues)) return 'integrated';
    const inProcessor = /\b1[34]0[VT]\b/i.test(name);
    const isCard = /\barc\b.*\b[AB]\d{2,3}[A-Z]?\b|\b(Flex|Max) \d+|Iris\S* Xe MAX/i.test(name);
    return isCard && !inProcessor ? 'discrete' : null;
  },
};
