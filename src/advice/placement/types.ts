import type { DeviceSetKind } from '../../server-rules/device-sets.ts';
import type { SchedulerDecision } from '../../server-rules/scheduler.ts';
import type { AdviceFinding, Finding } from '../findings.ts';
import type { Need, Placement } from '../types.ts';

/** Whether an MLX build runs: it fits; a long prompt ends the runner; Ollama refuses to load it. */
export type MlxDecision = Finding<'mlx-fits' | 'mlx-aborts' | 'mlx-refused'>;

/** A build placed on a machine, before the verdict. */
export interface PlacementResult {
  placement: Placement;
  need: Need;
  microBatch: number;
  /** null: nothing placed. */
  how: DeviceSetKind | null;
  /** Bytes that device and host share where the file is mapped once. */
  sharedBytes: number;
  preflight: SchedulerDecision | null;
  /** MLX: the result of its peak or of Ollama's own test. */
  decided?: MlxDecision;
  findings: AdviceFinding[];
}
