import type { System } from '../../../system/system.ts';
import { readRam } from '../../host/memory/ram.ts';

/** RAM of this moment, bytes; null where unknown. The probes of GPUs that share the RAM budget against it. */
export interface RamNow {
  totalBytes: number | null;
  availableBytes: number | null;
}

/** Of the whole computer, caches that give way counted as available: what a GPU maps is not charged to the limit of a container. */
export async function ramNow(system: System): Promise<RamNow> {
  const { totalBytes, availableBytes } = await readRam(system);
  return { totalBytes, availableBytes };
}
