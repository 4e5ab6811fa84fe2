import { runtimeDefaults } from '../data/tables.ts';
import type { MmapOff } from '../data/vocabulary.ts';
import type { Platform } from '../machine/types.ts';
import type { UsableDevice } from './devices.ts';
import { usableFreeBytes } from './devices.ts';

export interface MmapQuestion {
  platform: Platform;
  devices: readonly UsableDevice[];
  /** Size of the model's file. */
  fileBytes: number;
  /** Ollama's own guess, see predict-vram.ts. */
  predictedBytes: number;
  hostAvailableBytes: number | null;
  hostTotalBytes: number | null;
}

/**
 * Why Ollama reads the file into memory instead of mapping it; null when it maps it.
 * Source: ollama server/sched.go, disableMmapDefaultReason and disableMmapForHostPressure, at v0.33.0-rc2.
 */
export function mmapOff(question: MmapQuestion): MmapOff | null {
  const { platform, devices, predictedBytes } = question;
  const availableBytes = usableFreeBytes(devices);
  if (devices.length === 0) return 'cpu';
  if (platform === 'win32' && devices.some(({ backend }) => backend === 'cuda')) return 'windows-cuda';
  if (devices.some(({ backend }) => backend === 'metal') && predictedBytes > availableBytes) return 'metal-partial';
  return hostPressure(question, availableBytes) ? 'host-pressure' : null;
}

function hostPressure(question: MmapQuestion, availableBytes: number): boolean {
  const { platform, devices, fileBytes, predictedBytes, hostAvailableBytes, hostTotalBytes } = question;
  if (platform !== 'linux' || hostAvailableBytes === null || devices.some(({ integrated }) => integrated)) return false;
  if (predictedBytes > Math.floor(availableBytes * runtimeDefaults.singleDeviceShare)) return false;
  const headroomBytes = Math.max(8e9, Math.floor((hostTotalBytes ?? 0) / 10));
  return hostAvailableBytes < fileBytes + headroomBytes;
}
