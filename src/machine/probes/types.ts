import type { System } from '../../system/system.ts';
import type { MachineFinding } from '../findings.ts';
import type { Accelerator, Evidence, Platform } from '../types.ts';

/** What one probe found. A probe never throws: what goes wrong is a warning, and every raw reading is kept as evidence. */
export interface ProbeReport {
  accelerators: Accelerator[];
  evidence: Evidence[];
  warnings: MachineFinding[];
  /** By Accelerator.id: what identifies a physical card. For merging only, never part of a Machine (UUIDs are private). */
  physical?: Record<string, PhysicalKey>;
}

/** Any of these, where the probe knows it. Two accelerators of different probes with an equal key are one card. */
export interface PhysicalKey {
  /** `0000:01:00.0`: domain, bus, device, function, lower case. */
  pciAddress?: string;
  /** As the driver or Vulkan tells it, without a `GPU-` prefix, lower case. */
  uuid?: string;
  /** Windows adapter LUID, `0x00000000_0x0000d3c5` in lower case. */
  luid?: string;
}

/** One way to detect accelerators. A new probe is a new file and one line in probes/index.ts. */
export interface Probe {
  /** Platforms where it makes sense to try it. */
  platforms: readonly Platform[];
  run(system: System): Promise<ProbeReport>;
}
