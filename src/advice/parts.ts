import type { Parts } from '../model/types.ts';
import type { Need, NeedParts, Placement } from './types.ts';

/** All parts together, bytes. */
export function sumParts(parts: NeedParts): number {
  return parts.weightsBytes + parts.kvCacheBytes + parts.computeBytes + parts.projectorBytes + parts.drafterBytes;
}

/** What a model takes on the devices with everything offloaded, bytes; with several devices, including the copies they keep. */
export function neededBytes({ placement, need }: { placement: Placement; need: Need }): number {
  const { mode, devices } = placement;
  if (mode !== 'full' || devices.length < 2) return sumParts(need.device);
  return devices.reduce((sum, device) => sum + sumParts(device), 0);
}

/** A text model's parts, with projector and draft model. */
export function withExtras(parts: Parts, projectorBytes = 0, drafterBytes = 0): NeedParts {
  const { weightsBytes, kvCacheBytes, computeBytes } = parts;
  return { weightsBytes, kvCacheBytes, computeBytes, projectorBytes, drafterBytes };
}

export const noParts: Parts = { weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0 };
