import { type Home, host, type Layout, type Overflow, type Run } from '../layout.ts';
import type { Graph } from './graph.ts';
import type { Part, Place, Tensor } from './tensor.ts';

/** What leaves a block's home with each overflow (llama.cpp common/fit.cpp). */
const leaves: Record<Overflow, ReadonlySet<Part>> = {
  experts: new Set<Part>(['experts', 'expertDown']),
  'all-but-attention': new Set<Part>(['experts', 'expertDown', 'gate', 'up', 'down']),
  'all-but-up': new Set<Part>(['experts', 'expertDown', 'gate', 'down']),
  down: new Set<Part>(['down', 'expertDown']),
};

/** Gives all weights and caches of a graph the homes of a layout. */
export function applyLayout(graph: Graph, { runs, head }: Layout): void {
  const runOf = runs.flatMap((run) => new Array<Run>(run.blocks).fill(run));
  for (const of of graph.stored) of.home = homeAt(runOf, head, of.place ?? 'host');
  shareFrequencies(graph.scaledRopes);
}

function homeAt(runOf: readonly Run[], head: Home, place: Place): Home {
  if (place === 'host') return host;
  if (place === 'head') return head;
  const run = runOf[place.block];
  return run === undefined ? host : homeOfPart(run, place.part);
}

function homeOfPart({ home, overflow }: Run, part: Part): Home {
  return overflow !== null && leaves[overflow.part].has(part) ? overflow.to : home;
}

/** The frequencies of full-attention layers are loaded once into each home. */
function shareFrequencies(ropes: Graph['scaledRopes']): void {
  const byHome = new Map<Home, Tensor>();
  for (const { rope, frequencies } of ropes) {
    const shared = byHome.get(frequencies.home) ?? frequencies;
    byHome.set(frequencies.home, shared);
    rope.sources[2] = shared;
  }
}
