import { memoize } from '../../../memoize.ts';
import { expertTypes } from '../expert-parts.ts';
import { feedForwardWidth } from '../feed-forward.ts';
import { type ElementBytes, evenRecipe, type Recipe, recipes } from '../recipe.ts';
import { blockBytes, holdsKv, isFullAttention, type ModelShape } from '../shape.ts';
import { bytesOfType, f16Bytes } from './block.ts';
import type { Graph } from './graph.ts';
import type { Matrix } from './tensor.ts';

/** Bytes an element of each. */
type BlockWeights = Record<Matrix, ElementBytes>;

/** Whether a block has a value projection of its own: full-attention blocks of the larger models use the key's. */
export const hasValue = ({ architecture }: ModelShape, block: number): boolean =>
  architecture.perLayerEmbedding > 0 || !isFullAttention(architecture, block);

/** Gives the matrices of a graph the bytes that they have in a file of this shape; a quantized row is padded on a device. */
export function weigh(graph: Graph, shape: ModelShape): void {
  if (graph.weighedFor === shape.weights) return;
  graph.weighedFor = shape.weights;
  const { matrices, head } = graph;
  const blocks = weightsByBlock(shape);
  for (const { tensor, block, role, elements, paddingElements } of matrices) {
    const type = blocks[block]?.[role] ?? 0;
    tensor.bytes = bytesOfType(type, elements);
    tensor.devicePadding = type < f16Bytes ? bytesOfType(type, paddingElements) : 0;
  }
  if (head !== null) head.bytes = shape.weights.tokenEmbedding;
}

const weightsByBlock = memoize(
  (shape: ModelShape) => shape.weights.layers.map((_, block) => blockWeights(shape, block)),
  ({ weights }) => weights,
);

/** Types of the matrices of block i: those of its recipe that add up to the bytes of the block; without a recipe all alike. */
function blockWeights(shape: ModelShape, block: number): BlockWeights {
  const elements = elementsOf(shape, block);
  const { denseBytes, expertBytes } = blockBytes(shape, block);
  const matrixBytes = denseBytes - floatBytes(shape, block);
  const all = elements.most + elements.output + elements.value + elements.down;
  const recipe = shape.quantization === null ? evenRecipe(matrixBytes / all) : recipes[shape.quantization];
  const { value, down } = nearest(recipe, elements, matrixBytes);
  const { most, output } = recipe;
  const experts = shape.architecture.experts === null ? { gateUp: 0, down: 0 } : expertTypes(shape, expertBytes);
  return {
    query: most,
    key: most,
    value,
    output,
    gate: most,
    up: most,
    down,
    layerGate: most,
    layerProjection: most,
    expertGateUp: experts.gateUp,
    expertDown: experts.down,
  };
}

interface Elements {
  most: number;
  output: number;
  value: number;
  down: number;
}

function elementsOf(shape: ModelShape, block: number): Elements {
  const { hiddenSize: hidden, queryHeads, headSize, kvHeads, perLayerEmbedding } = shape.architecture;
  const full = isFullAttention(shape.architecture, block);
  const head = full ? headSize.full : headSize.sliding;
  const kv = holdsKv(shape.architecture, block) ? head * (full ? kvHeads.full : kvHeads.sliding) * hidden : 0;
  const projection = feedForwardWidth(shape.variant, block) * hidden;
  return {
    most: head * queryHeads * hidden + kv + 2 * projection + 2 * perLayerEmbedding * hidden,
    output: head * queryHeads * hidden,
    value: hasValue(shape, block) ? kv : 0,
    down: projection,
  };
}

/** Norms, scales and the router, which every recipe leaves at f32. */
function floatBytes({ architecture }: ModelShape, block: number): number {
  const { hiddenSize: hidden, headSize, experts, perLayerEmbedding } = architecture;
  const head = isFullAttention(architecture, block) ? headSize.full : headSize.sliding;
  const norms = 4 * hidden + head + (holdsKv(architecture, block) ? head : 0) + 1;
  const routed = experts === null ? 0 : (experts.count + 4) * hidden;
  return 4 * (norms + routed + (perLayerEmbedding > 0 ? hidden : 0));
}

function nearest(recipe: Recipe, elements: Elements, matrixBytes: number): { value: number; down: number } {
  const rest = matrixBytes - elements.most * recipe.most - elements.output * recipe.output;
  let best = { value: recipe.most, down: recipe.most };
  let bestError = Number.POSITIVE_INFINITY;
  for (const value of recipe.value) {
    for (const down of recipe.down) {
      const error = Math.abs(elements.value * value + elements.down * down - rest);
      if (error < bestError) [best, bestError] = [{ value, down }, error];
    }
  }
  return best;
}
