import type { Probe } from '../probe-types.ts';
import { amd } from './amd.ts';
import { apple } from './apple.ts';
import { nvidia } from './nvidia.ts';
import { windows } from './windows.ts';

/** Every way of asking for accelerators. A new probe is a new file, its name here and one line below. */
export type ProbeName = 'nvidia' | 'amd' | 'apple' | 'windows';

export const probes = {
  nvidia,
  amd,
  apple,
  windows,
} satisfies Record<ProbeName, Probe>;
