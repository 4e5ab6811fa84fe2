import { type BlockPlace, type Home, host, type Layout, type Overflow } from '../layout.ts';
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
export function applyLayout(graph: Graph, layout: Layout): void {
  for (const of of graph.stored) of.home = homeAt(layout, of.place ?? 'host');
  shareFrequencies(graph.scaledRopes);
}

function homeAt({ blocks, head }: Layout, place: Place): Home {
  if (place === 'host') return host;
  if (place === 'head') return head;
  const block = blocks[place.block];
  return block === undefined ? host : homeOfPart(block, place.part);
}

function homeOfPart({ home, overflow }: BlockPlace, part: Part): Home {
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
