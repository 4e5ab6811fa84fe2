import { attention } from './attention.ts';
import { Block } from './block.ts';
import { expertPart } from './experts.ts';
import type { Building } from './inputs.ts';
import { Tensor, view } from './tensor.ts';

/** Hidden states after a block (llama.cpp src/models/gemma4.cpp). */
export function buildBlock(building: Building, index: number, before: Tensor, perLayer: Tensor | null): Tensor {
  const block = new Block(building, index);
  const { shape } = building;
  const attended = block.norm(attention(block, before));
  const residual = block.element(attended, before);
  const fed = shape.architecture.experts === null ? dense(block, residual) : expertPart(block, residual, dense);
  const after = block.element(block.norm(fed), residual);
  const mixed = perLayer === null ? after : withPerLayer(block, after, perLayer);
  return block.element(mixed, block.vector(1));
}

function dense(block: Block, residual: Tensor): Tensor {
  const { building } = block;
  const hidden = building.shape.architecture.hiddenSize;
  const { width } = block;
  const normed = block.norm(residual);
  const up = block.multiply(block.matrix('up', hidden, width, 'up'), normed);
  const gate = block.multiply(block.matrix('gate', hidden, width, 'gate'), normed);
  const gated = new Tensor('other', gate.dimensions, [gate, up]);
  return block.multiply(block.matrix('down', width, hidden, 'down'), gated);
}

function withPerLayer(block: Block, after: Tensor, perLayer: Tensor): Tensor {
  const { building } = block;
  const { hiddenSize: hidden, perLayerEmbedding: width } = building.shape.architecture;
  const slice = view(perLayer, [width, building.tokens, 1, 1], width * building.tokens * 4);
  const gate = block.element(block.multiply(block.matrix('layerGate', hidden, width), after));
  const mixed = block.element(gate, slice);
  const projected = block.multiply(block.matrix('layerProjection', width, hidden), mixed);
  return block.element(after, block.norm(projected));
}
