import type { ServerRules } from '../server-rules/server-rules.ts';
import { clampLoadContext } from './context.ts';
import { decideLoad } from './decision.ts';
import { loadDeviceSets } from './device-sets.ts';
import { fitMargins } from './margin.ts';

/** A llama-server of one's own. */
export const llamaServerRules: ServerRules = {
  decide: decideLoad,
  deviceSets: loadDeviceSets,
  microBatches: (automatic) => [automatic],
  margins: fitMargins,
  clampContext: clampLoadContext,
  pinsLayers: false,
  namesCpuExperts: true,
};
