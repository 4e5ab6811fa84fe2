import { deviceBandwidth } from '../../data/devices.ts';
import { runtimes } from '../../data/runtimes.ts';
import { processOverheadBytes } from '../overhead.ts';
import { limitByRule } from '../probes/apple/metal-limit.ts';
import { accelerator } from '../probes/shared/report.ts';
import { systemReserveBytes } from '../system-reserve.ts';
import type { Accelerator, Backend, Platform } from '../types.ts';
import { usability } from '../usability.ts';
import type { GpuSpec } from './parse-gpu.ts';

const source = 'table of devices';

/** The devices that were asked for, on a computer of that platform. All of their memory counts as free, less what the backend takes. */
export function acceleratorsOfSpec(
  specs: readonly GpuSpec[],
  platform: Platform,
  vramBytes: number | null,
): Accelerator[] {
  let number = 0;
  return specs.flatMap((spec) =>
    Array.from({ length: spec.count }, () => withUsability(deviceOf(spec, number++, vramBytes), platform)),
  );
}

/** A device of which only the size is known. */
export function sizedAccelerator(bytes: number, platform: Platform): Accelerator {
  const backend: Backend = platform === 'darwin' ? 'metal' : 'cuda';
  return accelerator({
    id: 'gpu:0',
    vendor: platform === 'darwin' ? 'apple' : 'other',
    name: 'GPU as stated',
    kind: platform === 'darwin' ? 'unified' : 'discrete',
    backend,
    memory: { totalBytes: bytes, freeBytes: bytes },
    usable: true,
    overheadBytes: processOverheadBytes(backend),
    source: '--vram',
    confidence: 'assumed',
  });
}

function deviceOf({ device, memoryBytes }: GpuSpec, number: number, vramBytes: number | null): Accelerator {
  const bandwidth = deviceBandwidth(device);
  const memory = poolOf(device, memoryBytes, vramBytes);
  return accelerator({
    id: `${device.vendor}:${number}`,
    vendor: device.vendor,
    name: device.name,
    kind: device.kind,
    backend: device.backend,
    memory,
    bandwidthBytesPerSecond: bandwidth === null ? null : Math.round(bandwidth),
    architecture: device.architecture,
    overheadBytes: memory.freeBytes === null ? 0 : processOverheadBytes(device.backend),
    source,
    confidence: 'assumed',
  });
}

/** A card's own memory; on chips that share RAM, what the system lets the GPU have of it. */
function poolOf(
  { kind, vendor, architecture }: GpuSpec['device'],
  memoryBytes: number | null,
  vramBytes: number | null,
): Accelerator['memory'] {
  if (vramBytes !== null) return { totalBytes: vramBytes, freeBytes: vramBytes };
  if (memoryBytes === null) return { totalBytes: null, freeBytes: null };
  if (kind === 'discrete') return { totalBytes: memoryBytes, freeBytes: memoryBytes };
  if (vendor === 'apple') {
    const limit = appleLimit(memoryBytes);
    return { totalBytes: limit, freeBytes: limit };
  }
  // amdgpu lends half of the RAM unless told otherwise (GTT), on top of what the firmware carves out.
  if (vendor === 'amd' && architecture !== 'gfx942') return { totalBytes: memoryBytes / 2, freeBytes: memoryBytes / 2 };
  return { totalBytes: memoryBytes, freeBytes: Math.max(0, memoryBytes - systemReserveBytes(memoryBytes)) };
}

/** A new enough driver is assumed: only the architecture and the kind decide. */
function withUsability(asked: Accelerator, platform: Platform): Accelerator {
  const verdict = usability(asked, { platform, env: {}, stacks: runtimes.stacks });
  const unsure = verdict.usable === null;
  return {
    ...asked,
    usable: unsure ? true : verdict.usable,
    reason: unsure ? null : verdict.reason,
    backend: verdict.backend,
  };
}

/** The Metal limit of a Mac with so much RAM under macOS 26, the newest that was measured. */
function appleLimit(ramBytes: number): number | null {
  return limitByRule(ramBytes, '25.0.0', null)?.bytes ?? null;
}
