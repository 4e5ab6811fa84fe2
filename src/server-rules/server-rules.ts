import type { BuildShape } from '../model/memory/build-shape.ts';
import { microBatchesFrom } from './batch-size.ts';
import { clampContext } from './context.ts';
import { type DeviceSet, deviceSetsToTry, type ExtraLoads } from './device-sets.ts';
import { type Margin, type MarginSetting, marginsFor } from './margin.ts';
import type { ProjectorHome } from './projector.ts';
import { decideSchedule, type SchedulerDecision } from './scheduler.ts';
import type { SchedulerTarget } from './target.ts';

/** What a server decides before it loads a model: the questions that every kind of server answers. */
export interface ServerRules {
  /** null for a build of unknown bytes. */
  decide: (target: SchedulerTarget, built: BuildShape, contextTokens: number) => SchedulerDecision | null;
  /** Every set of devices that a load may use, the server's own choice first. */
  deviceSets: (
    target: SchedulerTarget,
    decision: Pick<SchedulerDecision, 'devices'>,
    extras: ExtraLoads,
  ) => DeviceSet[];
  /** Micro-batches that may be set instead of the automatic one, largest first. */
  microBatches: (automatic: number, flashAttention: boolean) => number[];
  /** What stays free on each of the devices. */
  margins: (projectorBytes: number, home: ProjectorHome, devices: number, setting: MarginSetting) => Margin[];
  /** What becomes of an asked context, over all sequences. */
  clampContext: (contextTokens: number, trainedTokens: number, vision: boolean, sequences: number) => number;
  /** Whether the number of layers may be fixed so that the vision encoder leaves the device. */
  pinsLayers: boolean;
  /** Whether the experts of so many layers can be kept in RAM by their number. */
  namesCpuExperts: boolean;
}

export const ollamaRules: ServerRules = {
  decide: decideSchedule,
  deviceSets: deviceSetsToTry,
  microBatches: microBatchesFrom,
  margins: marginsFor,
  clampContext,
  pinsLayers: true,
  namesCpuExperts: false,
};
