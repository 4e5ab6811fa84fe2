import type { System } from '../../../system/system.ts';
import { isVirtualFunction } from '../shared/pci.ts';
import { type AmdCard, blankCard, hexId, pciAddress } from './types.ts';

export const drmFolder = '/sys/class/drm';

/** Numbers of the render nodes of a card, to join it with KFD. */
export type SysfsCard = AmdCard & { renderMinors: number[] };

/** AMD cards that the amdgpu driver shows in sysfs; empty when there is none (no driver, WSL, a container without /sys). */
export async function readSysfs(system: System): Promise<SysfsCard[]> {
  const names = (await system.list(drmFolder)).filter((name) => /^card\d+$/.test(name));
  const cards = await Promise.all(names.map((name) => readCard(system, name)));
  return cards.filter((card) => card !== null).sort((a, b) => Number(a.key.slice(4)) - Number(b.key.slice(4)));
}

async function readCard(system: System, key: string): Promise<SysfsCard | null> {
  const folder = `${drmFolder}/${key}/device`;
  const line = async (file: string) => (await system.read(`${folder}/${file}`))?.split('\n')[0]?.trim() || null;
  if ((await line('vendor'))?.toLowerCase() !== '0x1002') return null;
  if (await isVirtualFunction(system, folder)) return null;
  const uevent = (await system.read(`${folder}/uevent`)) ?? '';
  const [device, revision, product, total, used, gtt, gttUsed] = await Promise.all(
    [
      'device',
      'revision',
      'product_name',
      'mem_info_vram_total',
      'mem_info_vram_used',
      'mem_info_gtt_total',
      'mem_info_gtt_used',
    ].map(line),
  );
  return {
    ...blankCard(key, folder),
    names: product ? [product] : [],
    deviceId: hexId(device),
    revision: hexId(revision),
    pciAddress: pciAddress(/^PCI_SLOT_NAME=(.+)$/m.exec(uevent)?.[1]),
    vramTotal: total ?? null,
    vramUsed: used ?? null,
    gttTotal: gtt ?? null,
    gttUsed: gttUsed ?? null,
    ...(await marks(system, folder)),
    renderMinors: (await system.list(`${folder}/drm`))
      .flatMap((name) => /^renderD(\d+)$/.exec(name)?.[1] ?? [])
      .map(Number),
  };
}

/** Files that exist on one kind only: memory vendor and board_info on cards, the second voltage (in1) on APUs. */
async function marks(system: System, folder: string) {
  const discreteHints: string[] = [];
  for (const file of ['mem_info_vram_vendor', 'board_info']) {
    if ((await system.read(`${folder}/${file}`)) !== null || (await system.exists(`${folder}/${file}`))) {
      discreteHints.push(file);
    }
  }
  const integratedHints: string[] = [];
  for (const name of await system.list(`${folder}/hwmon`)) {
    if (await system.exists(`${folder}/hwmon/${name}/in1_input`)) integratedHints.push(`hwmon/${name}/in1_input`);
  }
  return { discreteHints, integratedHints };
}
