import { type Home, host } from '../layout.ts';
import type { Graph } from './graph.ts';
import { type Copies, duplicate, Tensor, unplaced } from './tensor.ts';

// Read for every node: where modules are not bundled, as in tests, a constant of this module is found much faster.
const onHost: Home = host;
const nowhere: Home = unplaced;

/** A graph as its memory is laid out: what comes before the nodes, and the nodes in runs that are computed in one home. */
export interface Schedule {
  leaves: readonly Tensor[];
  nodes: readonly Tensor[];
  splits: readonly Split[];
}

/** Nodes from `begins` up to the next split, and copies of what they read from other homes, which are made before them. */
export interface Split {
  home: Home;
  begins: number;
  inputs: Copies[];
}

/** How often each input is kept so that devices can work at the same time; from v0.6.0 on also inputs that nothing reads. */
export interface Pipeline {
  copies: number;
  copiesUnused: boolean;
}

/** ggml_backend_sched_split_graph (ggml-backend.cpp, v0.5.0 to v0.8.0): who computes what, and what is copied for it. */
export function schedule(graph: Graph, deviceCount: number, { copies, copiesUnused }: Pipeline): Schedule {
  graph.layouts += 1;
  const { nodes, leaves } = graph;
  for (const leaf of leaves) {
    forgetLayout(leaf);
    leaf.home = onHost;
  }
  for (const node of nodes) {
    forgetLayout(node);
    node.home = fixedHome(node, deviceCount > 0);
  }
  spread(graph);
  placeRest(nodes);
  const inputs = copies > 1 ? copiedInputs(graph, copiesUnused) : [];
  const splits = split(graph, copies);
  for (const leaf of leaves) leaf.output = inputs.includes(leaf);
  const kept = inputs.flatMap((input) => inputCopies(input, copies));
  const copied = copies > 1 ? splits.flatMap((one) => one.inputs.flatMap(({ made }) => made)) : [];
  return { leaves: [...kept, ...copied, ...leaves], nodes, splits };
}

function forgetLayout(of: Tensor): void {
  of.readersLeft = of.readers;
  of.viewersLeft = of.viewers;
  of.allocated = false;
}

/** Where its memory or its weights lie; the first device for batches over weights on the host. */
function fixedHome({ anchor, offloads }: Tensor, hasDevices: boolean): Home {
  if (anchor === null) return nowhere;
  return offloads && hasDevices && anchor.home === onHost ? 0 : anchor.home;
}

/** Neighbours take the home of what is placed: devices first, down and up, then the host. */
function spread({ computed, upwards }: Graph): void {
  for (const hostToo of [false, true]) {
    fill(computed, hostToo);
    fill(upwards, hostToo);
  }
}

function fill(order: readonly Tensor[], hostToo: boolean): void {
  let current: Home = nowhere;
  for (const node of order) {
    if (node.home === nowhere) node.home = current;
    else current = node.home === onHost && !hostToo ? nowhere : node.home;
  }
}

/** A view lies where the tensor does whose memory it shows. */
function placeRest(nodes: readonly Tensor[]): void {
  for (const node of nodes) {
    if (node.home === nowhere) node.home = node.root === null ? 0 : node.root.home;
  }
}

/** Runs of nodes with one home; a weight from elsewhere begins a new one, so that the room of the last can be used again. */
function split({ nodes, layouts }: Graph, copies: number): Split[] {
  const first = nodes.find(({ operation }) => operation !== 'view');
  let current: Split = { home: first?.home ?? onHost, begins: 0, inputs: [] };
  const splits = [current];
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at] as Tensor;
    if (node.operation === 'view') continue;
    if (node.home !== current.home || (current.inputs.length > 0 && streamsWeight(node, current.home))) {
      current = { home: node.home, begins: at, inputs: [] };
      splits.push(current);
    }
    node.reads = readsIn(node, current, copies, layouts);
    if (node.keeper !== null && node.home !== onHost) {
      for (const source of node.keeper.sources) source.readersLeft += 1;
    }
  }
  return splits;
}

function streamsWeight({ sources }: Tensor, home: Home): boolean {
  for (const source of sources) if (source.stored === 'weight' && source.home !== home) return true;
  return false;
}

/** What a node of this split reads: its sources, or copies of those that lie elsewhere. */
function readsIn(node: Tensor, current: Split, copies: number, layout: number): readonly Tensor[] {
  const { sources } = node;
  if (!hasForeign(sources, current.home)) return sources;
  node.mixedReads ??= [...sources];
  for (let at = 0; at < sources.length; at += 1) {
    node.mixedReads[at] = readIn(sources[at] as Tensor, current, copies, layout);
  }
  return node.mixedReads;
}

function hasForeign(sources: readonly Tensor[], home: Home): boolean {
  for (const source of sources) if (source.home !== home) return true;
  return false;
}

function readIn(source: Tensor, current: Split, copies: number, layout: number): Tensor {
  if (source.home === current.home) return source;
  const made = copiesIn(source, current.home, copies);
  if (made.layout !== layout) {
    made.layout = layout;
    made.keeps.home = source.home;
    current.inputs.push(made);
    source.readersLeft += 1;
    for (const copy of made.made) {
      forgetLayout(copy);
      copy.bytes = source.bytes;
      copy.devicePadding = source.devicePadding;
    }
  }
  const copy = made.made[0] as Tensor;
  source.readersLeft -= 1;
  copy.readersLeft += 1;
  return copy;
}

function copiesIn(source: Tensor, home: Home, copies: number): Copies {
  source.copies ??= [];
  const slot = home - onHost;
  const before = source.copies[slot];
  if (before !== undefined && before.made.length === copies) return before;
  const keeps = new Tensor('none', source.dimensions, [source], source.bytes);
  keeps.root = source.root ?? source;
  const made = Array.from({ length: copies }, () => duplicate(source, home, copies > 1));
  source.copies[slot] = { made, layout: 0, keeps };
  return source.copies[slot];
}

function copiedInputs({ leaves }: Graph, unused: boolean): Tensor[] {
  return leaves.filter(({ readers }) => unused || readers > 0);
}

/** In a pipeline every input is kept several times, the input itself being the first of them. */
function inputCopies(input: Tensor, copies: number): Tensor[] {
  return [input, ...Array.from({ length: copies - 1 }, () => duplicate(input, input.home, true))];
}
