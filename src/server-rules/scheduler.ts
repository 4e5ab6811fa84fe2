import { runtimeDefaults } from '../data/tables.ts';
import type { MmapOff } from '../data/vocabulary.ts';
import type { BuildShape } from '../model/memory/build-shape.ts';
import { automaticMicroBatch } from './batch-size.ts';
import { bestSingle, devicesOfGroups, lacksFlashAttention, type UsableDevice, usableFreeBytes } from './devices.ts';
import { mmapOff } from './mmap.ts';
import { predictServerVram } from './predict-vram.ts';
import { type ProjectorHome, projectorHome } from './projector.ts';
import type { SchedulerTarget } from './target.ts';

/** What Ollama decides before it starts llama-server. */
export interface SchedulerDecision {
  /** Its rough guess of the model's memory, bytes; null: it makes none. */
  predictedBytes: number | null;
  /** The devices it hands over: one when its guess is at most 80 % of that one's free memory, else a whole group. */
  devices: UsableDevice[];
  microBatch: number;
  mmapOff: MmapOff | null;
  projector: ProjectorHome;
  /** Off only where a device cannot do it, or the service switches it off. */
  flashAttention: boolean;
}

/**
 * Ollama's decisions for one build at one context when nothing but the context is set. null for a build whose file size is not known.
 * Source: ollama server/sched.go and llm/llama_server.go at v0.33.0-rc2.
 */
export function decideSchedule(
  target: SchedulerTarget,
  built: BuildShape,
  contextTokens: number,
): SchedulerDecision | null {
  if (built.shape === null || built.fileBytes === null) return null;
  const predictedBytes = predictServerVram(built.shape.architecture, built.fileBytes, contextTokens);
  const devices = handedOver(target, predictedBytes);
  const flashAttention = target.flashAttention !== false && !devices.some(lacksFlashAttention);
  const availableBytes = usableFreeBytes(devices);
  return {
    predictedBytes,
    devices,
    microBatch: automaticMicroBatch({ contextTokens, predictedBytes, availableBytes, flashAttention, devices }),
    mmapOff: mmapOff({ ...target, devices, fileBytes: built.fileBytes, predictedBytes }),
    projector: projectorHome(built.projectorBytes, devices),
    flashAttention,
  };
}

function handedOver(target: SchedulerTarget, predictedBytes: number): UsableDevice[] {
  if (target.spread === true) return target.groups[0] ?? [];
  const roomy = devicesOfGroups(target.groups).filter(
    (device) => predictedBytes <= Math.floor(availableOn(target, device) * runtimeDefaults.singleDeviceShare),
  );
  const single = bestSingle(roomy);
  return single === null ? (target.groups[0] ?? []) : [single];
}

/** An integrated device has no more than RAM has. */
function availableOn(target: SchedulerTarget, device: UsableDevice): number {
  if (!device.integrated || target.hostAvailableBytes === null) return device.freeBytes;
  return Math.min(device.freeBytes, target.hostAvailableBytes);
}
