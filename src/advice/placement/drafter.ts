import { drafterLogitsOfBuild } from '../../data/engines.ts';
import { drafterBuffers } from '../../model/memory/drafter.ts';
import type { Load } from '../../model/types.ts';
import type { GgufPlacementInput } from './input.ts';

/** What the build's draft model takes, file and buffers, bytes: on the device it is loaded on, beside it, and without a device. */
export interface DrafterMemory {
  deviceBytes: number;
  hostBytes: number;
  cpuBytes: number;
}

const none: DrafterMemory = { deviceBytes: 0, hostBytes: 0, cpuBytes: 0 };

/** Zero where the build has no draft model or the server does not use it. */
export function drafterMemory({ shape, extras, target }: GgufPlacementInput, load: Load): DrafterMemory {
  const { drafterBytes: fileBytes } = extras;
  if (fileBytes === 0) return none;
  const { llamaCpp } = target.engine;
  const { deviceBytes, hostBytes, cpuBytes } = drafterBuffers(shape, load, drafterLogitsOfBuild(llamaCpp));
  return { deviceBytes: fileBytes + deviceBytes, hostBytes, cpuBytes: fileBytes + cpuBytes };
}
