import { fusesExperts } from '../load.ts';
import type { Building } from './inputs.ts';
import type { Tensor } from './tensor.ts';

/**
 * From softmax to the share of each expert, computed at once: all of it, and what it reads, is kept until the node behind it is done
 * (ggml-cuda.cu, graph_optimize: add_alloc_deps). `end`: where that node is.
 */
export function keepForRouting({ graph, load }: Building, odds: Tensor, end: number): void {
  const until = graph.nodes[end];
  if (until === undefined || !fusesExperts('routing', load)) return;
  const step = graph.nodes.slice(graph.nodes.indexOf(odds), end);
  graph.keep([...new Set([...step, ...step.flatMap(({ sources }) => sources)])], until);
}

/** What the experts give, weighed and added up at once: it is kept until the sum is done, and nothing is laid over it (moe_weighted_reduction). */
export function keepForSum({ graph, load }: Building, read: readonly Tensor[], sum: Tensor): void {
  if (fusesExperts('weighted-sum', load)) graph.keep(read, sum);
}
