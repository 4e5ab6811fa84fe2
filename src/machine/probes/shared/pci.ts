import type { System } from '../../../system/system.ts';
import { cleanText } from '../../../text.ts';
import { linesOf } from './lines.ts';

/** A display device on the PCI bus, as the kernel or lspci lists it. */
export interface PciDisplay {
  /** With domain, lower case. */
  address: string;
  vendorId: number;
  deviceId: number;
  /** Marketing name where lspci knows it, the bracketed part if there is one. */
  name: string | null;
  /** Kernel driver that holds it; null when none does, undefined when the source does not tell. */
  driver?: string | null;
}

const folder = '/sys/bus/pci/devices';

/** Display-class devices (class 03xx) under /sys/bus/pci. */
export async function pciDisplays(system: System): Promise<PciDisplay[]> {
  const found = await Promise.all(
    (await system.list(folder)).map(async (address): Promise<PciDisplay | null> => {
      const hex = async (file: string) =>
        Number.parseInt((await system.read(`${folder}/${address}/${file}`))?.trim() ?? '', 16);
      if ((await hex('class')) >> 16 !== 0x03 || (await isVirtualFunction(system, `${folder}/${address}`))) return null;
      const [vendorId, deviceId] = [await hex('vendor'), await hex('device')];
      if (!Number.isFinite(vendorId) || !Number.isFinite(deviceId)) return null;
      const driver = (await system.link(`${folder}/${address}/driver`))?.split('/').at(-1) ?? null;
      return { address: address.toLowerCase(), vendorId, deviceId, name: null, driver };
    }),
  );
  return found.filter((device) => device !== null);
}

/** On a host, the slices of a card that are there to be given to virtual machines (SR-IOV): each links to its card. */
export async function isVirtualFunction(system: System, device: string): Promise<boolean> {
  return (await system.link(`${device}/physfn`)) !== null;
}

/**
 * Display devices in the text of `lspci -nn` or `lspci -nnD`, recognised by class and vendor id, never by the vendor's text.
 * `0000:03:00.0 VGA compatible controller [0300]: Intel Corporation DG2 [Arc A770] [8086:56a0] (rev 08)`
 */
export function parseLspci(text: string): PciDisplay[] {
  return linesOf(text).flatMap((line) => {
    const match =
      /^\s*(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])\s+[^[]*\[03[0-9a-f]{2}\]:\s*(.*)\[([0-9a-f]{4}):([0-9a-f]{4})\]/i.exec(
        line,
      );
    if (!match) return [];
    const [, domain = '0000', slot = '', title = '', vendor = '', device = ''] = match;
    return [
      {
        address: `${domain}:${slot}`.toLowerCase(),
        vendorId: Number.parseInt(vendor, 16),
        deviceId: Number.parseInt(device, 16),
        name: titleName(title),
      },
    ];
  });
}

/** Vendor words off, the bracket's word instead of the chip's: `Intel Corporation DG2 [Arc A770]` is Arc A770. */
function titleName(title: string): string | null {
  const plain = cleanText(title).replace(
    /^(Intel Corporation|Advanced Micro Devices, Inc\. \[AMD\/ATI\]|NVIDIA Corporation)\s*/,
    '',
  );
  const bracket = /\[([^\]]+)\]$/.exec(plain)?.[1];
  const name = (bracket ?? plain).trim();
  return name === '' || /^device( [0-9a-f]{4})?$/i.test(name) ? null : name;
}
