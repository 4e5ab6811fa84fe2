import type { System } from '../../../system/system.ts';
import { cleanText } from '../../../text.ts';
import type { MemoryHolder } from '../../types.ts';
import { linesOf } from '../shared/lines.ts';
import { gfxFromVersion } from './gfx.ts';

/** One GPU node of the kernel's compute topology (KFD). */
export interface KfdNode {
  path: string;
  /** The number under which processes are accounted; null: not reported. */
  gpuId: string | null;
  gfx: string | null;
  renderMinor: number | null;
  /** `0000:03:00.0`, from domain and location_id. */
  pciAddress: string | null;
  memorySizes: number[];
  widthBits: number | null;
  clockMhz: number | null;
}

const kfdNodes = '/sys/class/kfd/kfd/topology/nodes';

/** GPU nodes under /sys/class/kfd; empty when there is no KFD. */
export async function readKfd(system: System): Promise<KfdNode[]> {
  const found: KfdNode[] = [];
  for (const name of await system.list(kfdNodes)) {
    const node = await readNode(system, `${kfdNodes}/${name}`);
    if (node) found.push(node);
  }
  return found;
}

async function readNode(system: System, path: string): Promise<KfdNode | null> {
  const properties = keyValues((await system.read(`${path}/properties`)) ?? '');
  const gfx = gfxFromVersion(properties.get('gfx_target_version') ?? null);
  if (!properties.get('simd_count') && gfx === null) return null;
  const banks = await Promise.all(
    (await system.list(`${path}/mem_banks`)).map((bank) => system.read(`${path}/mem_banks/${bank}/properties`)),
  );
  const rows = banks.map((text) => keyValues(text ?? ''));
  const bank = rows.find((row) => (row.get('width') ?? 0) > 0 && (row.get('mem_clk_max') ?? 0) > 0);
  return {
    path,
    gpuId: /^\d{1,10}$/.exec((await system.read(`${path}/gpu_id`))?.trim() ?? '')?.[0] ?? null,
    gfx,
    renderMinor: properties.get('drm_render_minor') || null,
    pciAddress: addressOf(properties),
    memorySizes: rows.flatMap((row) => row.get('size_in_bytes') || []),
    widthBits: bank?.get('width') ?? null,
    clockMhz: bank?.get('mem_clk_max') ?? null,
  };
}

/** location_id is bus << 8 | device << 3 | function. */
function addressOf(properties: Map<string, number>): string | null {
  const location = properties.get('location_id');
  if (!location || location > 0xffff) return null;
  const part = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  const domain = properties.get('domain') ?? 0;
  return `${part(domain, 4)}:${part(location >> 8, 2)}:${part((location >> 3) & 31, 2)}.${location & 7}`;
}

const processes = '/sys/class/kfd/kfd/proc';

/** Compute processes that hold memory of a GPU, by name, largest first. Programs that only draw are not accounted there. */
export async function kfdHolders(system: System, gpuId: string | null): Promise<MemoryHolder[]> {
  if (gpuId === null) return [];
  const pids = (await system.list(processes)).filter((name) => /^\d{1,10}$/.test(name)).slice(0, 64);
  const found = await Promise.all(
    pids.map(async (pid): Promise<MemoryHolder | null> => {
      const bytes = Number((await system.read(`${processes}/${pid}/vram_${gpuId}`))?.trim() || Number.NaN);
      if (!Number.isSafeInteger(bytes) || bytes <= 0) return null;
      const name = cleanText((await system.read(`/proc/${pid}/comm`)) ?? '', 60);
      return { name: name || 'a process of another user', bytes };
    }),
  );
  return found.filter((holder) => holder !== null).sort((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0));
}

/** Lines `name number`; anything else is passed over. */
export function keyValues(text: string): Map<string, number> {
  const pairs = new Map<string, number>();
  for (const line of linesOf(text)) {
    const match = /^\s*(\w+)\s+(\d+)\s*$/.exec(line);
    if (match?.[1] !== undefined) pairs.set(match[1], Number(match[2]));
  }
  return pairs;
}
