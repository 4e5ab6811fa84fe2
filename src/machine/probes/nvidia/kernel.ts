import type { System } from '../../../system/system.ts';
import { cleanText } from '../../../text.ts';
import { boardModel } from '../../host/cpu/cpu.ts';
import { nvidiaPciAddress } from './validate.ts';

/** A card known to the kernel, without memory figures. driver: whether NVIDIA's kernel driver has it. */
export interface KernelCard {
  name: string;
  pciAddress: string | null;
  /** Of /proc, which shows it once the driver has started the card. */
  uuid: string | null;
  driver: boolean;
  source: string;
}

/** Driver version and cards of /proc/driver/nvidia, else display devices of vendor 10de on the PCI bus. */
export async function kernelCards(system: System): Promise<{ cards: KernelCard[]; driverVersion: string | null }> {
  const folder = '/proc/driver/nvidia/gpus';
  const [names, version] = await Promise.all([system.list(folder), system.read('/proc/driver/nvidia/version')]);
  const driverVersion = /Kernel Module(?: for \S+)?\s+(\d{2,4}(?:\.\d+)+)/.exec(version ?? '')?.[1] ?? null;
  const driven = await Promise.all(
    names.slice(0, 64).map(async (name) => {
      const source = `${folder}/${name}/information`;
      const text = (await system.read(source)) ?? '';
      const model = /^Model:\s*(.+)$/m.exec(text)?.[1];
      const uuid = /^GPU UUID:\s*(GPU-[0-9a-f-]{36})\s*$/im.exec(text)?.[1] ?? null;
      return {
        name: cleanText(model ?? 'NVIDIA GPU', 100),
        pciAddress: nvidiaPciAddress(name),
        uuid,
        driver: true,
        source,
      };
    }),
  );
  if (driven.length > 0) return { cards: driven, driverVersion };
  const board = await jetson(system);
  return { cards: board ?? (await onTheBus(system)), driverVersion };
}

/** Jetson boards up to JetPack 5 come without nvidia-smi: the device tree names them, and their GPU is on no bus. */
async function jetson(system: System): Promise<KernelCard[] | null> {
  const model = await boardModel(system);
  if (model === null || !/jetson|nvidia .*(orin|xavier|thor)/i.test(model)) return null;
  return [{ name: model, pciAddress: null, uuid: null, driver: true, source: '/proc/device-tree/model' }];
}

async function onTheBus(system: System): Promise<KernelCard[]> {
  const folder = '/sys/bus/pci/devices';
  const names = (await system.list(folder)).slice(0, 1024);
  const found = await Promise.all(
    names.map(async (name): Promise<KernelCard[]> => {
      const vendor = await system.read(`${folder}/${name}/vendor`, 16);
      if (vendor?.trim() !== '0x10de') return [];
      const [kind, device] = await Promise.all([
        system.read(`${folder}/${name}/class`, 16),
        system.read(`${folder}/${name}/device`, 16),
      ]);
      if (!kind?.startsWith('0x03')) return [];
      const id = /^0x([0-9a-f]{4})/.exec(device ?? '')?.[1];
      return [
        {
          name: `NVIDIA GPU${id ? ` 10de:${id}` : ''}`,
          pciAddress: nvidiaPciAddress(name),
          uuid: null,
          driver: false,
          source: `${folder}/${name}`,
        },
      ];
    }),
  );
  return found.flat();
}
