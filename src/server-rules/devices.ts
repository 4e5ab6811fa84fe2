import type { Accelerator, Backend, Machine } from '../machine/types.ts';

/** A device that Ollama would use and whose free memory is known. */
export interface UsableDevice {
  id: string;
  name: string;
  backend: Backend;
  /** Shares the computer's memory; Ollama's word for both integrated and unified. */
  integrated: boolean;
  architecture: string | null;
  driverVersion: string | null;
  totalBytes: number | null;
  /** What a model may take: free now, less what the backend takes for itself. */
  freeBytes: number;
  /** What was taken off for the backend. */
  overheadBytes: number;
  bandwidthBytesPerSecond: number | null;
}

/** A device that may be used, but of which too little is known. */
export interface UnclearDevice {
  name: string;
  why: 'memory' | 'usability';
}

/** Devices that Ollama would use, as the machine lists them. */
export function knownDevices(machine: Machine): UsableDevice[] {
  const usable = machine.accelerators.filter((accelerator) => accelerator.usable === true);
  const returned = usable.length === 1 ? heldByOllama(machine) : 0;
  return usable.flatMap((accelerator) => deviceOf(accelerator, returned));
}

/** Devices that leave the answer open: usable with unread memory, or of unknown usability. */
export function unclearDevices(machine: Machine): UnclearDevice[] {
  return machine.accelerators.flatMap((accelerator): UnclearDevice[] => {
    if (accelerator.usable === null) return [{ name: accelerator.name, why: 'usability' }];
    const unread = accelerator.usable && accelerator.memory.freeBytes === null;
    return unread ? [{ name: accelerator.name, why: 'memory' }] : [];
  });
}

/** Device memory of models that Ollama holds now and unloads to make room; bytes. */
export function heldByOllama(machine: Machine): number {
  if (machine.ollama === null || machine.ollama.remote) return 0;
  return machine.ollama.loaded.reduce((sum, model) => sum + model.deviceBytes, 0);
}

/** RAM of the same models, bytes; where the one device shares it, all that they hold. */
export function heldInRam(machine: Machine): number {
  if (machine.ollama === null || machine.ollama.remote) return 0;
  const usable = machine.accelerators.filter((accelerator) => accelerator.usable === true);
  const shared = usable.length === 1 && usable[0]?.kind !== 'discrete';
  return machine.ollama.loaded.reduce(
    (sum, { sizeBytes, deviceBytes }) => sum + sizeBytes - (shared ? 0 : deviceBytes),
    0,
  );
}

/**
 * Devices by library, best group first: with a discrete GPU before without, then by free memory. Libraries are never mixed.
 * Source: ollama server/sched.go, bestGPUGroupByAvailableMemory.
 */
export function groupsOf(devices: readonly UsableDevice[]): UsableDevice[][] {
  const groups = [...new Set(devices.map(({ backend }) => backend))].map((backend) =>
    devices.filter((device) => device.backend === backend),
  );
  return groups.sort(
    (a, b) =>
      Number(hasDiscrete(b)) - Number(hasDiscrete(a)) || usableFreeBytes(b) - usableFreeBytes(a) || compareIds(a, b),
  );
}

/** The device that Ollama prefers when one is enough: discrete first, then the most free memory; null without devices. */
export function bestSingle(devices: readonly UsableDevice[]): UsableDevice | null {
  return [...devices].sort((a, b) => (isPreferred(a, b) ? -1 : 1))[0] ?? null;
}

/** Source: ollama llm/llama_server.go, betterPlacementGPU; of equals the first. */
export function isPreferred(a: UsableDevice, b: UsableDevice): boolean {
  if (a.integrated !== b.integrated) return !a.integrated;
  return a.freeBytes === b.freeBytes ? a.id < b.id : a.freeBytes > b.freeBytes;
}

/** All devices, whatever their library. */
export function devicesOfGroups(groups: readonly (readonly UsableDevice[])[]): UsableDevice[] {
  return groups.flat();
}

/** Free memory of a group, bytes. */
export function usableFreeBytes(devices: readonly UsableDevice[]): number {
  return devices.reduce((sum, { freeBytes }) => sum + freeBytes, 0);
}

/**
 * Whether Ollama switches flash attention off: CUDA compute capability below 6, and 7.2.
 * Source: ollama ml/device.go, FlashAttentionSupported.
 */
export function lacksFlashAttention({ backend, architecture }: UsableDevice): boolean {
  const capability = backend === 'cuda' && architecture !== null ? Number.parseFloat(architecture) : Number.NaN;
  return capability < 6 || capability === 7.2;
}

function deviceOf(accelerator: Accelerator, returnedBytes: number): UsableDevice[] {
  const { id, name, backend, kind, architecture, driverVersion, memory, overheadBytes } = accelerator;
  if (memory.freeBytes === null) return [];
  const { totalBytes } = memory;
  const unloadedBytes = Math.min(memory.freeBytes + returnedBytes, Math.max(totalBytes ?? 0, memory.freeBytes));
  const freeBytes = Math.max(unloadedBytes - overheadBytes, 0);
  const { bandwidthBytesPerSecond } = accelerator;
  const integrated = kind !== 'discrete';
  const about = { id, name, backend, integrated, architecture, driverVersion };
  return [{ ...about, totalBytes, freeBytes, overheadBytes: unloadedBytes - freeBytes, bandwidthBytesPerSecond }];
}

function hasDiscrete(devices: readonly UsableDevice[]): boolean {
  return devices.some(({ integrated }) => !integrated);
}

function compareIds(a: readonly UsableDevice[], b: readonly UsableDevice[]): number {
  const [left, right] = [a[0]?.id ?? '', b[0]?.id ?? ''];
  return left < right ? -1 : Number(left > right);
}
