import type { Probe } from '../probe-types.ts';
import { amd } from './amd.ts';

/** Every way of asking for accelerators. A new probe is a new file, its name here and one line below. */
export type ProbeName = 'nvidia' | 'amd';

export const probes = {
  nvidia: { platforms: ['linux', 'win32'], run: async () => ({ accelerators: [], evidence: [], warnings: [] }) },
  amd,
} satisfies Record<ProbeName, Probe>;
