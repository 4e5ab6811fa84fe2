import type { Probe } from '../probe-types.ts';

/** Every way of asking for accelerators. A new probe is a new file, its name here and one line below. */
export type ProbeName = 'nvidia';

export const probes = {
  nvidia: { platforms: ['linux', 'win32'], run: async () => ({ accelerators: [], evidence: [], warnings: [] }) },
} satisfies Record<ProbeName, Probe>;
