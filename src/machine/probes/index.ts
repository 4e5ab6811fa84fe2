import type { Probe } from '../probe-types.ts';
import { amd } from './amd.ts';
import { apple } from './apple.ts';
import { intel } from './intel.ts';
import { nvidia } from './nvidia.ts';
import { runtime } from './runtime.ts';
import { vulkan } from './vulkan.ts';
import { windows } from './windows.ts';

/** Every way of asking for accelerators. A new probe is a new file, its name here and one line below. */
export type ProbeName = 'nvidia' | 'amd' | 'apple' | 'intel' | 'windows' | 'vulkan' | 'runtime';

export const probes = {
  nvidia,
  amd,
  intel,
  apple,
  windows,
  vulkan,
  runtime,
} satisfies Record<ProbeName, Probe>;
