import { expertWidth } from '../feed-forward.ts';
import type { Block } from './block.ts';
import { keepForRouting, keepForSum } from './fusions.ts';
import { stored, Tensor, view } from './tensor.ts';

/**
 * The feed-forward part of 26b: experts, chosen for each token, and a dense part beside them (llama.cpp src/models/gemma4.cpp and
 * build_moe_ffn of src/llama-graph.cpp). The experts come first in the graph.
 */
export function expertPart(block: Block, residual: Tensor, dense: (block: Block, residual: Tensor) => Tensor): Tensor {
  const beside = block.norm(dense(block, residual));
  const chosen = block.norm(mixture(block, residual));
  return block.element(beside, chosen);
}

function mixture(block: Block, residual: Tensor): Tensor {
  const { building } = block;
  const { graph, shape, tokens } = building;
  const { hiddenSize: hidden, experts } = shape.architecture;
  const [count, used] = [experts?.count ?? 0, experts?.used ?? 0];

  const normed = block.norm(residual);
  const scaled = block.element(block.element(block.element(residual)), block.vector(hidden, 'gate'));
  const router = stored('weight', { block: block.index, part: 'gate' }, [hidden, count, 1, 1]);
  const logits = block.multiply(router, scaled);
  const odds = block.element(logits);
  const sorted = new Tensor('other', [count, tokens, 1, 1], [odds]);
  const rowBytes = 4;
  const chosen = view(sorted, [used, tokens, 1, 1], rowBytes * (count * (tokens - 1) + used), true);
  const picked = new Tensor('get_rows', [1, used, tokens, 1], [view(odds, [1, count, tokens, 1]), chosen]);
  const flat = view(picked, [used, tokens, 1, 1]);
  const sum = block.element(new Tensor('other', [1, tokens, 1, 1], [flat]));
  const shares = graph.expand(view(block.element(flat, sum), [1, used, tokens, 1]));
  const routed = graph.nodes.length;

  const each = view(normed, [hidden, 1, tokens, 1]);
  const gateUp = block.matrix('expertGateUp', hidden, 2 * expertWidth, 'experts', count);
  const both = new Tensor('mul_mat_id', [2 * expertWidth, used, tokens, 1], [gateUp, each, chosen]);
  const halves = [0, 1].map(() => view(both, [expertWidth, used, tokens, 1], both.bytes - expertWidth * 4, true));
  const gated = new Tensor('other', [expertWidth, used, tokens, 1], halves);
  const down = block.matrix('expertDown', expertWidth, hidden, 'expertDown', count);
  const raw = new Tensor('mul_mat_id', [hidden, used, tokens, 1], [down, gated, chosen]);
  const scales = view(block.vector(count, 'expertDown'), [1, count, 1, 1]);
  const repeated = new Tensor('other', [1, count, tokens, 1], [scales]);
  const ownScale = new Tensor('get_rows', [1, used, tokens, 1], [repeated, chosen]);
  const weighed = graph.expand(block.element(block.element(raw, ownScale), shares));

  const apart = weighed.bytes - (used - 1) * hidden * 4;
  const parts = Array.from({ length: used }, () => graph.expand(view(weighed, [hidden, tokens, 1, 1], apart, true)));
  const added = parts.slice(1).reduce((sum, part) => graph.expand(block.element(sum, part)), parts[0] as Tensor);
  keepForRouting(building, odds, routed);
  keepForSum(building, [raw, ownScale, shares], added);
  return added;
}
