import type { UsableDevice } from './devices.ts';

const headroomBytes = 2 ** 30;

/** Where the projector of a build goes. ram: no device has room for it ("limited-vram") or there is no device ("cpu-only"). */
export type ProjectorHome = 'device' | 'ram' | 'none';

/**
 * Ollama's rule: the projector goes to the CPU when any device of the load has less free than projector + 1 GiB.
 * Source: ollama llm/llama_server.go, shouldDisableMMProjOffload, at v0.33.0-rc2.
 */
export function projectorHome(projectorBytes: number, devices: readonly UsableDevice[]): ProjectorHome {
  if (projectorBytes === 0) return 'none';
  if (devices.length === 0) return 'ram';
  return devices.some(({ freeBytes }) => freeBytes < projectorBytes + headroomBytes) ? 'ram' : 'device';
}
