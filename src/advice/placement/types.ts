import type { DeviceSetKind } from '../../server-rules/device-sets.ts';
import type { SchedulerDecision } from '../../server-rules/scheduler.ts';
import type { AdviceFinding, Finding } from '../findings.ts';
import type { Need, Placement } from '../types.ts';

/** A build laid onto a machine, before anything is judged. */
export interface PlacementResult {
  placement: Placement;
  need: Need;
  microBatch: number;
  /** null: nothing seated. */
  how: DeviceSetKind | null;
  /** Bytes that device and host use together where they share memory and the file is mapped once. */
  sharedBytes: number;
  preflight: SchedulerDecision | null;
  /** MLX: what its peak or Ollama's own test comes to. */
  decided?: Finding<'mlx-fits' | 'mlx-aborts' | 'mlx-refused'>;
  findings: AdviceFinding[];
}
