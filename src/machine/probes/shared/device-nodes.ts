import type { System } from '../../../system/system.ts';
import type { MachineFinding } from '../../findings.ts';
import type { Accelerator, Vendor } from '../../types.ts';
import type { Report } from './report.ts';

/** With another root for /sys, this computer's /dev does not apply; WSL2 has one node for all GPUs, /dev/dxg. */
export async function nodesNotLocal(system: System): Promise<boolean> {
  return Boolean(system.env.GEMMA_FIT_SYSROOT) || (await system.exists('/dev/dxg'));
}

/** Whether a render node is there, which Vulkan and Level Zero go through. */
export async function hasRenderNode(system: System): Promise<boolean> {
  return (await system.list('/dev/dri')).some((name) => /^renderD\d+$/.test(name));
}

/** The view of a container without device nodes: /sys and /proc show the card, and nothing can use it. */
export function markInaccessible(
  report: Report,
  accelerators: readonly Accelerator[],
  vendor: Vendor,
  path: string,
): void {
  const reason: MachineFinding = { code: 'device-node-missing', vendor, path };
  for (const accelerator of accelerators) {
    accelerator.usable = false;
    accelerator.reason = reason;
  }
  if (accelerators.length > 0) report.warnings.push(reason);
}
