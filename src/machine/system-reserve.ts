import { GiB } from '../data/units.ts';

/**
 * What the system and its desktop keep of RAM that a GPU could use, bytes: 2 GiB, a quarter of it on a small computer. An assumption: no
 * system reports what it needs. null: the size is not known.
 */
export function systemReserveBytes(totalBytes: number | null): number {
  return totalBytes === null ? 2 * GiB : Math.min(2 * GiB, Math.floor(totalBytes / 4));
}
