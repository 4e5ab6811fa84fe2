import type { Nameable } from './probes/nvidia/visible.ts';
import { shareKey } from './probes/shared/same-device.ts';
import type { ProbeReport } from './probes/types.ts';
import type { Accelerator } from './types.ts';

/** The devices with the numbers that Vulkan gives them: vulkaninfo's where it listed the card, else their place (cards come first in both). */
export function vulkanOrder(accelerators: readonly Accelerator[], reports: readonly ProbeReport[]): Nameable[] {
  const keys = new Map(reports.flatMap(({ physical }) => Object.entries(physical ?? {})));
  const listed = [...keys].flatMap(([id, key]) => (indexIn(id) === null ? [] : [{ index: indexIn(id), key }]));
  return accelerators.map(({ id, name }, place) => {
    const own = keys.get(id) ?? {};
    const index = indexIn(id) ?? listed.find(({ key }) => shareKey(key, own))?.index ?? place;
    return { id, name, index, uuids: [] };
  });
}

function indexIn(id: string): number | null {
  const number = /^vulkan:(\d+)$/.exec(id)?.[1];
  return number === undefined ? null : Number(number);
}
