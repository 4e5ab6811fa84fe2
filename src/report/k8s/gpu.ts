import type { Candidate, CheckResult } from '../../advice/types.ts';
import type { Vendor } from '../../machine/types.ts';
import { acceleratorOf } from '../figures.ts';

/** What a container asks for to get a GPU, and the ending of the ollama image made for it. */
export interface GpuResource {
  resource: string;
  imageSuffix: string;
}

/** Resource of the vendor's device plugin. */
const gpuResources: Partial<Record<Vendor, GpuResource>> = {
  nvidia: { resource: 'nvidia.com/gpu', imageSuffix: '' },
  amd: { resource: 'amd.com/gpu', imageSuffix: '-rocm' },
};

/**
 * The resource for the devices that a candidate lies on. null: it lies on the CPU, or no plugin offers them. Both plugins, as
 * the image, are for Linux.
 */
export function gpuOf(result: CheckResult, candidate: Candidate): GpuResource | null {
  const placed = candidate.placement.devices[0];
  const vendor = placed === undefined ? undefined : acceleratorOf(result, placed)?.vendor;
  if (vendor === undefined || result.machine.os.platform !== 'linux') return null;
  return gpuResources[vendor] ?? null;
}
