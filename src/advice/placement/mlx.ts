import { mlx } from '../../data/mlx.ts';
import { variantOf } from '../../data/tables.ts';
import type { BuildShape } from '../../model/memory/build-shape.ts';
import { estimateMlxMemory, type MlxMemory } from '../../model/mlx/memory.ts';
import type { UsableDevice } from '../../server-rules/devices.ts';
import type { SchedulerTarget } from '../../server-rules/target.ts';
import { noParts, withExtras } from '../parts.ts';
import type { DevicePlacement, NeedParts, Speed, Workload } from '../types.ts';
import { contextPerSequence } from '../workload.ts';
import { type MlxCase, toMlxCase } from './mlx-case.ts';
import { mlxNotes } from './mlx-notes.ts';
import { mlxSpeedAt } from './mlx-speed.ts';
import { toldDepthTokens } from './speed.ts';
import type { MlxDecision, PlacementResult } from './types.ts';

/**
 * An MLX build is fully on the device or does not run. It runs where the peak of a prompt as long as the context fits Metal's working set;
 * Ollama's own test before a load looks at the tensors only. null without a known Metal device.
 */
export function placeMlx(target: SchedulerTarget, built: BuildShape, workload: Workload): PlacementResult | null {
  const given = toMlxCase(target, built);
  if (given === null) return null;
  const { device, question, roomBytes, loadCheck } = given;
  const memory = estimateMlxMemory({ ...question, promptTokens: contextPerSequence(workload) });
  const parts = partsOf(memory, built.drafterBytes);
  const fits = loadCheck.loads && memory.peakBytes <= roomBytes;
  const totalLayers = variantOf(built.build.variant).architecture.layers + 1;
  return {
    placement: {
      mode: fits ? 'full' : 'none',
      gpuLayers: fits ? totalLayers : 0,
      totalLayers,
      overflowingLayers: 0,
      devices: fits ? [slotOf(device, parts, totalLayers, roomBytes - memory.peakBytes)] : [],
      host: withExtras(noParts),
    },
    need: { device: parts, host: withExtras(noParts) },
    microBatch: mlx.runtime.chunkTokens,
    how: 'plain',
    sharedBytes: 0,
    preflight: null,
    decided: decided(given, memory, contextPerSequence(workload), mlxSpeedAt(given, target, built)),
    findings: mlxNotes(given, built.build, workload),
  };
}

/** The longest prompt, over all sequences, although they are served one at a time; null when there is none. */
export function mlxCeilingTokens(target: SchedulerTarget, built: BuildShape, { sequences }: Workload): number | null {
  const given = toMlxCase(target, built);
  if (given === null || !given.loadCheck.loads || given.longestTokens === null) return null;
  return given.longestTokens * sequences;
}

function decided(
  { loadCheck, roomBytes, longestTokens }: MlxCase,
  memory: MlxMemory,
  promptTokens: number,
  speedAt: (depthTokens: number) => Speed | null,
): MlxDecision {
  if (!loadCheck.loads) {
    return { code: 'mlx-refused', needBytes: loadCheck.tensorBytes, freeBytes: loadCheck.availableBytes };
  }
  const fits = memory.peakBytes <= roomBytes;
  if (fits) return { code: 'mlx-fits', promptTokens, roomBytes, ...memory };
  return {
    code: 'mlx-aborts',
    promptTokens,
    roomBytes,
    ...memory,
    ceilingTokens: longestTokens,
    speed: longestTokens === null ? null : speedAt(Math.min(longestTokens, toldDepthTokens)),
  };
}

/** Encoders are loaded with the text model and stay among its weights. */
function partsOf(memory: MlxMemory, drafterBytes: number): NeedParts {
  return {
    weightsBytes: memory.loadBytes - drafterBytes,
    kvCacheBytes: memory.cacheBytes + memory.snapshotBytes,
    computeBytes: memory.scoreBytes + memory.workingBytes,
    projectorBytes: 0,
    drafterBytes,
  };
}

function slotOf(device: UsableDevice, parts: NeedParts, layers: number, remainingBytes: number): DevicePlacement {
  const freeBytes = device.freeBytes + device.overheadBytes;
  return { accelerator: device.id, layers, ...parts, freeBytes, marginBytes: 0, remainingBytes };
}
