import { findDevice } from '../../../data/devices.ts';
import type { System } from '../../../system/system.ts';
import { readMemory } from '../../host/memory/memory.ts';
import { systemReserveBytes } from '../../system-reserve.ts';
import type { Card } from './validate.ts';

/** Compute capabilities of chips that share the computer's RAM: GB10 and N1X, Thor, Orin, Xavier, TX2, TX1 and Nano. */
const unifiedCapabilities = new Set(['12.1', '11.0', '8.7', '7.2', '6.2', '5.3']);
const unifiedNames = /\b(GB10|DGX Spark|RTX Spark|N1X?|Thor|Orin|Xavier|Tegra|Jetson|nvgpu)\b/i;

/**
 * Whether the card has no memory of its own. Address translation (ATS) with a number is a Grace computer (GH200, GB200), whose
 * memory is its own; without a number it is a chip that shares RAM. So is one whose driver does not support the question at all, unless
 * the table knows it as a card.
 */
export function isUnified(card: Identity): boolean {
  if (unifiedNames.test(card.name)) return true;
  if (card.computeCapability !== null && unifiedCapabilities.has(card.computeCapability)) return true;
  if (card.addressing === 'ATS' && card.totalBytes === null) return true;
  return card.memoryUnsupported && !card.migEnabled && findDevice(card.name)?.kind !== 'discrete';
}

type Identity = Pick<
  Card,
  'name' | 'computeCapability' | 'addressing' | 'totalBytes' | 'memoryUnsupported' | 'migEnabled'
>;

/** Compute capability by the family's name, for boards whose name no table has. */
export function unifiedArchitecture(name: string): string | null {
  const families: [RegExp, string][] = [
    [/\b(GB10|Spark|N1X?)\b/i, '12.1'],
    [/\bThor\b/i, '11.0'],
    [/\bOrin\b/i, '8.7'],
    [/\bXavier\b/i, '7.2'],
    [/\bTX2\b/i, '6.2'],
    [/\b(TX1|Jetson Nano)\b/i, '5.3'],
  ];
  return families.find(([family]) => family.test(name))?.[1] ?? null;
}

/**
 * Pool = the smaller of MemTotal and the limit over this process; free = what is available less the reserve. MemFree is not used:
 * page cache can be given back.
 */
export async function unifiedPool(system: System): Promise<{ totalBytes: number | null; freeBytes: number | null }> {
  const { memory } = await readMemory(system, []);
  const { totalBytes, limitBytes, availableBytes } = memory;
  const pool = totalBytes === null ? limitBytes : Math.min(totalBytes, limitBytes ?? totalBytes);
  if (pool === null || availableBytes === null) return { totalBytes: pool, freeBytes: null };
  return { totalBytes: pool, freeBytes: Math.max(0, Math.min(pool, availableBytes) - systemReserveBytes(pool)) };
}
