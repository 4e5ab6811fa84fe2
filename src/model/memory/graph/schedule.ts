import { type Home, host } from '../layout.ts';
import { type Copies, duplicate, type Graph, homeOf, Tensor, unplaced } from './tensor.ts';

/** The graph as its memory is laid out: copies of what crosses from one home to another stand where their split begins. */
export interface Schedule {
  nodes: Tensor[];
  leaves: Tensor[];
}

/** How often each input is kept so that devices can work at the same time; from v0.6.0 on also inputs that nothing reads. */
export interface Pipeline {
  copies: number;
  copiesUnused: boolean;
}

/** Rows from which a device computes what lies in host memory (ggml-cuda.cu, ggml-vulkan.cpp, op offload). */
const offloadRows = 32;

/** ggml_backend_sched_split_graph (ggml-backend.cpp, v0.5.0 to v0.8.0): who computes what, and what is copied for it. */
export function schedule(graph: Graph, deviceCount: number, { copies, copiesUnused }: Pipeline): Schedule {
  graph.layouts += 1;
  for (const tensors of [graph.leaves, graph.nodes]) {
    for (const tensor of tensors) {
      forgetLayout(tensor);
      tensor.home = fixedHome(tensor, deviceCount > 0, graph.offloadsAsVulkan);
    }
  }
  spread(graph);
  placeSources(graph.nodes);
  const inputs = copies > 1 ? copiedInputs(graph, copiesUnused) : [];
  return laidOut(graph, inputs, split(graph, copies), copies);
}

function forgetLayout(of: Tensor): void {
  of.children = 0;
  of.views = 0;
  of.allocated = false;
}

/** Where its memory or its weights lie; the first device for batches over weights on the host. */
function fixedHome(of: Tensor, hasDevices: boolean, asVulkan: boolean): Home {
  if (of.stored !== null) return of.home;
  if (of.root !== null && of.root.stored !== null) return of.root.home;
  if (of.input) return host;
  if (of.operation === 'rope' || of.operation === 'flash_attn') return unplaced;
  for (const { stored, home } of of.sources) {
    if (stored === 'weight') return home === host && hasDevices && isOffloaded(of, asVulkan) ? 0 : home;
  }
  return unplaced;
}

function isOffloaded({ operation, dimensions }: Tensor, asVulkan: boolean): boolean {
  if (operation === 'get_rows') return false;
  if (operation === 'mul_mat_id') return dimensions[2] >= offloadRows;
  if (operation === 'mul_mat' || asVulkan) return dimensions[1] >= offloadRows;
  return dimensions[1] * dimensions[2] * dimensions[3] >= offloadRows;
}

/** Neighbours take the home of what is placed: devices first, down and up, then the host. */
function spread({ computed, upwards }: Graph): void {
  for (const hostToo of [false, true]) {
    fill(computed, hostToo);
    fill(upwards, hostToo);
  }
}

function fill(order: readonly Tensor[], hostToo: boolean): void {
  let current: Home = unplaced;
  for (const node of order) {
    if (node.home === unplaced) node.home = current;
    else current = node.home === host && !hostToo ? unplaced : node.home;
  }
}

function placeSources(nodes: readonly Tensor[]): void {
  for (const node of nodes) {
    if (node.home === unplaced && node.root !== null) node.home = node.root.home;
    for (const source of node.sources) {
      if (source.home === unplaced) source.home = source.root === null ? node.home : source.root.home;
    }
    if (node.home === unplaced) node.home = 0;
  }
}

interface Split {
  home: Home;
  begins: number;
  inputs: Copies[];
}

/** Runs of nodes with one home; a weight from elsewhere begins a new one, so that the room of the last can be used again. */
function split({ nodes, layouts }: Graph, copies: number): Split[] {
  const first = nodes.find(({ operation }) => operation !== 'view');
  let current: Split = { home: first?.home ?? host, begins: 0, inputs: [] };
  const splits = [current];
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at] as Tensor;
    if (node.operation === 'view') continue;
    if (node.home !== current.home || (current.inputs.length > 0 && streamsWeight(node, current.home))) {
      current = { home: node.home, begins: at, inputs: [] };
      splits.push(current);
    }
    copyInputs(node, current, copies, layouts);
  }
  return splits;
}

function streamsWeight({ sources }: Tensor, home: Home): boolean {
  for (const source of sources) if (source.stored === 'weight' && source.home !== home) return true;
  return false;
}

function copyInputs({ sources, reads }: Tensor, current: Split, copies: number, layout: number): void {
  for (let at = 0; at < sources.length; at += 1) {
    const source = sources[at] as Tensor;
    if (homeOf(source) === current.home) {
      reads[at] = source;
      continue;
    }
    const made = copiesIn(source, current.home, copies);
    if (made.layout !== layout) {
      made.layout = layout;
      current.inputs.push(made);
      for (const copy of made.made) {
        forgetLayout(copy);
        copy.bytes = source.bytes;
      }
    }
    reads[at] = made.made[0] as Tensor;
  }
}

function copiesIn(source: Tensor, home: Home, copies: number): Copies {
  source.copies ??= [];
  const slot = home - host;
  const before = source.copies[slot];
  if (before !== undefined && before.made.length === copies) return before;
  const keeps = new Tensor('none', source.dimensions, [source], source.bytes);
  keeps.root = source.root ?? source;
  const made = Array.from({ length: copies }, () => duplicate(source, home, copies > 1));
  source.copies[slot] = { made, layout: 0, keeps };
  return source.copies[slot];
}

function copiedInputs({ nodes, leaves }: Graph, unused: boolean): Tensor[] {
  const read = new Set<Tensor>();
  for (const { sources } of nodes) for (const source of sources) if (source.input) read.add(source);
  return leaves.filter((leaf) => leaf.input && (unused || read.has(leaf)));
}

function laidOut(graph: Graph, inputs: readonly Tensor[], splits: readonly Split[], copies: number): Schedule {
  const nodes: Tensor[] = [];
  const first = inputs.flatMap((input) => inputCopies(input, copies));
  splits.forEach(({ begins, inputs: copied }, at) => {
    for (const { made, keeps } of copied) {
      keeps.home = homeOf(keeps.sources[0] as Tensor);
      nodes.push(keeps, made[0] as Tensor);
      if (copies > 1) first.push(...made);
    }
    const end = splits[at + 1]?.begins ?? graph.nodes.length;
    for (let index = begins; index < end; index += 1) {
      const node = graph.nodes[index] as Tensor;
      nodes.push(node);
      const keeper = node.home === host ? undefined : graph.keepers.get(node);
      if (keeper !== undefined) nodes.push(keeper);
    }
  });
  for (const input of graph.leaves) if (input.input) input.output = copies > 1 && inputs.includes(input);
  return { nodes, leaves: [...first, ...graph.leaves] };
}

/** In a pipeline every input is kept several times, the input itself being the first of them. */
function inputCopies(input: Tensor, copies: number): Tensor[] {
  return [input, ...Array.from({ length: copies - 1 }, () => duplicate(input, input.home, true))];
}
