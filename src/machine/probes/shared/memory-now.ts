import type { System } from '../../../system/system.ts';
import { parseMemInfo } from '../../host/memory/meminfo.ts';

/** RAM of this moment, bytes; null where unknown. The probes of GPUs that share the RAM budget against it. */
export interface RamNow {
  totalBytes: number | null;
  availableBytes: number | null;
}

/** From /proc/meminfo, else what the runtime says. */
export async function ramNow(system: System): Promise<RamNow> {
  const { totalBytes, availableBytes } = parseMemInfo((await system.read('/proc/meminfo')) ?? '');
  return {
    totalBytes: totalBytes ?? (system.totalMemoryBytes || null),
    availableBytes: availableBytes ?? (totalBytes === null ? system.freeMemoryBytes || null : null),
  };
}
