import { runtimeDefaults } from '../data/tables.ts';
import type { BuildShape } from '../model/memory/build-shape.ts';
import { automaticMicroBatch } from './batch-size.ts';
import { bestSingle, type Device, devicesOfGroups, freeOf, lacksFlashAttention } from './devices.ts';
import { type MmapOff, mmapOff } from './mmap.ts';
import { predictServerVram } from './predict-vram.ts';
import { type ProjectorHome, projectorHome } from './projector.ts';
import type { Site } from './target.ts';

/** What Ollama decides before it starts llama-server. */
export interface Preflight {
  /** Its rough guess of the model's memory, bytes. */
  predictedBytes: number;
  /** The devices it hands over: one when its guess is at most 80 % of that one's free memory, else a whole group. */
  devices: Device[];
  microBatch: number;
  mmapOff: MmapOff | null;
  projector: ProjectorHome;
  /** Off only where a device cannot do it. */
  flashAttention: boolean;
}

/**
 * Ollama's decisions for one build at one context when nothing but the context is set. null for a build whose file size is not known.
 * Source: ollama server/sched.go and llm/llama_server.go at v0.33.0-rc2.
 */
export function preflight(site: Site, built: BuildShape, contextTokens: number): Preflight | null {
  if (built.shape === null || built.fileBytes === null) return null;
  const predictedBytes = predictServerVram(built.shape.architecture, built.fileBytes, contextTokens);
  const devices = handedOver(site, predictedBytes);
  const flashAttention = !devices.some(lacksFlashAttention);
  const availableBytes = freeOf(devices);
  return {
    predictedBytes,
    devices,
    microBatch: automaticMicroBatch({ contextTokens, predictedBytes, availableBytes, flashAttention, devices }),
    mmapOff: mmapOff({ ...site, devices, fileBytes: built.fileBytes, predictedBytes }),
    projector: projectorHome(built.projectorBytes, devices),
    flashAttention,
  };
}

function handedOver(site: Site, predictedBytes: number): Device[] {
  const roomy = devicesOfGroups(site.groups).filter(
    (device) => predictedBytes <= Math.floor(availableOn(site, device) * runtimeDefaults.singleDeviceShare),
  );
  const single = bestSingle(roomy);
  return single === null ? (site.groups[0] ?? []) : [single];
}

/** An integrated device has no more than RAM has. */
function availableOn(site: Site, device: Device): number {
  if (!device.integrated || site.hostAvailableBytes === null) return device.freeBytes;
  return Math.min(device.freeBytes, site.hostAvailableBytes);
}
