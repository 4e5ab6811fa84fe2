import { memoize } from '../../../memoize.ts';
import type { Load } from '../../types.ts';
import type { Layout } from '../layout.ts';
import { batchTokens, engineOf, fullCells, slidingCells, streamsOf } from '../load.ts';
import type { ModelShape } from '../shape.ts';
import { allocatedBytes } from './allocate.ts';
import { Graph } from './graph.ts';
import { type Building, embeddedTokens, layerKind, lookedUpPerLayer, outputIds, projectedPerLayer } from './inputs.ts';
import { buildBlock } from './layers.ts';
import { applyLayout } from './place.ts';
import { schedule } from './schedule.ts';
import { type Dimensions, input, stored, Tensor } from './tensor.ts';
import { weigh } from './weights.ts';

/** Compute buffers of the host and of each device, bytes. */
export interface ScratchBytes {
  host: number;
  devices: number[];
}

/**
 * Compute buffers of any layout: the graph of one batch as llama.cpp builds it, shared out between devices and laid out in memory by
 * ggml's own rules, without a tensor being computed. `copies`: of each input, in a pipeline of devices.
 */
export function graphComputeBytes(shape: ModelShape, load: Load, layout: Layout, copies: number): ScratchBytes {
  const graph = graphOf(shape)(load);
  weigh(graph, shape);
  graph.resize(fullCells(load), slidingCells(load, shape.architecture.windowTokens));
  applyLayout(graph, layout);
  const scheduled = schedule(graph, layout.deviceCount, { copies, copiesUnused: engineOf(load) !== 'v0.5.0' });
  const [host = 0, ...devices] = allocatedBytes(scheduled, layout.deviceCount);
  return { host, devices };
}

/** Graphs are large, and searches ask for many contexts, layouts and quantizations of one: the last six of an architecture are kept. */
const graphOf = memoize(
  (shape: ModelShape) => memoize((load: Load) => buildGraph(shape, load), graphKey, 6),
  ({ architecture }) => architecture,
);

/** Loads with the same key have the same graph but for what grows with the context; scores without flash attention are nodes of it. */
function graphKey(load: Load): string {
  const { sequences, kvType, flashAttention, backend, llamaCpp } = load;
  const cells = flashAttention ? 0 : fullCells(load);
  const runtime = [engineOf(load), llamaCpp, backend];
  return [sequences, streamsOf(load), batchTokens(load), kvType, flashAttention, ...runtime, cells].join();
}

/** The graph of the largest batch (llama.cpp src/models/gemma4.cpp). */
function buildGraph(shape: ModelShape, load: Load): Graph {
  const graph = new Graph();
  graph.offloadsAsVulkan = load.backend === 'vulkan';
  const tokens = batchTokens(load);
  const building: Building = {
    shape,
    load,
    graph,
    tokens,
    streams: streamsOf(load),
    positions: input([tokens, 1, 1, 1], tokens * 4),
    rotations: new Map(),
    full: layerKind(graph, shape, load, true),
    sliding: layerKind(graph, shape, load, false),
  };
  const first = firstHidden(building);
  let { state } = first;
  for (let block = 0; block < shape.architecture.layers; block += 1) {
    state = buildBlock(building, block, state, first.perLayer);
  }
  graph.expand(head(building, state));
  return graph.complete();
}

/** From v0.8.0 on the per-layer rows are looked up first, so that they stay in host memory (llama.cpp pull request 30160). */
function firstHidden(building: Building): { state: Tensor; perLayer: Tensor | null } {
  if (building.shape.architecture.perLayerEmbedding === 0) return { state: embeddedTokens(building), perLayer: null };
  const early = engineOf(building.load) === 'v0.8.0' ? lookedUpPerLayer(building) : null;
  const state = embeddedTokens(building);
  const looked = early ?? lookedUpPerLayer(building);
  return { state, perLayer: projectedPerLayer(building, state, looked) };
}

function head({ shape, load, graph }: Building, state: Tensor): Tensor {
  const { hiddenSize: hidden, vocabulary } = shape.architecture;
  const outputs = load.sequences;
  const weight = (dimensions: Dimensions, bytes: number) => stored('weight', 'head', dimensions, bytes);
  const normed = new Tensor('element', state.dimensions, [state]);
  const last = new Tensor('element', state.dimensions, [normed, weight([hidden, 1, 1, 1], hidden * 4)]);
  const rows = new Tensor('get_rows', [hidden, outputs, 1, 1], [last, outputIds(outputs)]);
  const table = weight([hidden, vocabulary, 1, 1], 0);
  graph.head = table;
  let logits = new Tensor('mul_mat', [vocabulary, outputs, 1, 1], [table, rows]);
  for (let step = 0; step < 3; step += 1) logits = new Tensor('element', logits.dimensions, [logits]);
  for (const kept of [last, rows, logits]) kept.output = true;
  return logits;
}
