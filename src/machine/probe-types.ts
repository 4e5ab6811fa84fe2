import type { MachineFinding } from './findings.ts';
import type { System } from './system.ts';
import type { Accelerator, Evidence, Platform } from './types.ts';

/** What one probe found. A probe never throws: what goes wrong is a warning, and every raw reading is kept as evidence. */
export interface ProbeReport {
  accelerators: Accelerator[];
  evidence: Evidence[];
  warnings: MachineFinding[];
}

/** One way of asking the machine about its accelerators. A new probe is a new file and one line in probes/index.ts. */
export interface Probe {
  /** Platforms where it makes sense to try it. */
  platforms: readonly Platform[];
  run(system: System): Promise<ProbeReport>;
}
