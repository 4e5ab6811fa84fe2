import { amd } from './amd/index.ts';
import { apple } from './apple/index.ts';
import { intel } from './intel/index.ts';
import { nvidia } from './nvidia/index.ts';
import { runtime } from './runtime/index.ts';
import type { Probe } from './types.ts';
import { vulkan } from './vulkan/index.ts';
import { windows } from './windows/index.ts';

/** Every probe for accelerators. A new probe is a new file, its name here and one line below. */
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
