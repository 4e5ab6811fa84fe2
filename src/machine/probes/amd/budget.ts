import { systemReserveBytes } from '../../system-reserve.ts';

export interface ApuPools {
  vramTotal: number | null;
  vramFree: number | null;
  gttTotal: number | null;
  gttFree: number | null;
  /** RAM that the system sees: the carve-out is not part of it. */
  ramTotal: number | null;
  ramAvailable: number | null;
}

/**
 * What an APU's GPU can use, bytes: the carve-out (VRAM) and the RAM mapped for it (GTT), where GTT can be set larger than
 * the RAM there is: min(vram + gtt, vram + RAM - reserve). Free memory likewise, with what is used and available now.
 * null stays null; a total needs at least the VRAM figure.
 */
export function apuBudget(pools: ApuPools): { totalBytes: number | null; freeBytes: number | null } {
  const { vramTotal, vramFree, gttTotal, gttFree, ramTotal, ramAvailable } = pools;
  if (vramTotal === null) return { totalBytes: null, freeBytes: null };
  const reserve = systemReserveBytes(ramTotal);
  const cap = (bytes: number, limit: number | null) =>
    Math.min(bytes, limit === null ? bytes : Math.max(0, limit - reserve));
  const totalBytes = vramTotal + cap(gttTotal ?? 0, ramTotal);
  if (vramFree === null || (gttTotal !== null && gttFree === null)) return { totalBytes, freeBytes: null };
  const freeBytes = Math.min(totalBytes, vramFree + cap(gttFree ?? 0, ramAvailable));
  return { totalBytes, freeBytes };
}
