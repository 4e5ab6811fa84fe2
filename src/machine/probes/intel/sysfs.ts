import type { System } from '../../../system/system.ts';
import { hexId, pciAddress } from '../amd/types.ts';
import { isVirtualFunction } from '../shared/pci.ts';

/** An Intel GPU as the i915 or xe driver shows it; figures are texts, not validated yet. */
export interface IntelCard {
  key: string;
  folder: string;
  address: string | null;
  deviceId: number | null;
  driver: string | null;
  /** One figure a tile (xe), or one for the card (i915), bytes. */
  memory: { text: string; source: string }[];
  free: { text: string; source: string } | null;
}

const drm = '/sys/class/drm';

/** Intel GPUs under /sys/class/drm. */
export async function readIntelCards(system: System): Promise<IntelCard[]> {
  const names = (await system.list(drm)).filter((name) => /^card\d+$/.test(name));
  const cards = await Promise.all(names.map((key) => readCard(system, key)));
  return cards.filter((card) => card !== null).sort((a, b) => Number(a.key.slice(4)) - Number(b.key.slice(4)));
}

async function readCard(system: System, key: string): Promise<IntelCard | null> {
  const folder = `${drm}/${key}/device`;
  if ((await system.read(`${folder}/vendor`))?.trim().toLowerCase() !== '0x8086') return null;
  if (await isVirtualFunction(system, folder)) return null;
  const uevent = (await system.read(`${folder}/uevent`)) ?? '';
  const address = pciAddress(/^PCI_SLOT_NAME=(.+)$/m.exec(uevent)?.[1]);
  const managed = await memoryManager(system, address);
  const tiles = await tileMemory(system, folder);
  const local = await localMemory(system, key, folder, 'lmem_total_bytes');
  return {
    key,
    folder,
    address,
    deviceId: hexId(await system.read(`${folder}/device`)),
    driver: /^DRIVER=(\w+)$/m.exec(uevent)?.[1] ?? null,
    memory: tiles.length > 0 ? tiles : [...(local ? [local] : managed.total)],
    free: (await localMemory(system, key, folder, 'lmem_avail_bytes')) ?? managed.free,
  };
}

/** xe: every tile has its own memory. */
async function tileMemory(system: System, folder: string) {
  const found: { text: string; source: string }[] = [];
  for (const tile of (await system.list(folder)).filter((name) => /^tile\d+$/.test(name))) {
    const places = [`${folder}/${tile}/physical_vram_size_bytes`, `${folder}/${tile}/memory/physical_vram_size_bytes`];
    const texts = await Promise.all(places.map((place) => system.read(place)));
    const at = texts.findIndex((text) => text?.trim());
    if (at >= 0) found.push({ text: texts[at]?.trim() ?? '', source: places[at] ?? '' });
  }
  return found;
}

/** i915: on the card or on its device, by kernel. */
async function localMemory(system: System, key: string, folder: string, file: string) {
  for (const source of [`${drm}/${key}/${file}`, `${folder}/drm/${key}/${file}`, `${folder}/${file}`]) {
    const text = (await system.read(source))?.trim();
    if (text) return { text, source };
  }
  return null;
}

/** What root may read of xe's memory manager: `size: 8522825728`, `usage: 32079872`. */
async function memoryManager(system: System, address: string | null) {
  const source = `/sys/kernel/debug/dri/${address}/tile0/vram_mm`;
  const { size, usage } = parseVramManager(address === null ? '' : ((await system.read(source)) ?? ''));
  const free = size !== null && usage !== null && usage <= size ? { text: String(size - usage), source } : null;
  return { total: size === null ? [] : [{ text: String(size), source }], free };
}

/** Size and usage in bytes; null where the text does not have them. */
export function parseVramManager(text: string): { size: number | null; usage: number | null } {
  const number = (name: string) => {
    const match = new RegExp(`^[ \\t]*${name}:[ \\t]*(\\d{1,15})[ \\t]*$`, 'm').exec(text);
    return match ? Number(match[1]) : null;
  };
  return { size: number('size'), usage: number('usage') };
}
