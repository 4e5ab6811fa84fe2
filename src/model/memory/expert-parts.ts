import { memoize } from '../../memoize.ts';
import type { Overflow } from './layout.ts';
import { blockBytes, type ModelShape } from './shape.ts';

/** Bytes per element of the types that llama.cpp's recipes give to expert tensors, smallest first (ggml-common.h block sizes). */
const gateUpTypes = [0.328125, 0.4296875, 0.53125, 0.5625, 0.6875, 0.8203125, 1.0625, 2];
const downTypes = [0.5625, 0.6875, 0.75, 0.8203125, 1.0625, 2];

/** Feed-forward width of 26b: one expert, and the dense part beside the experts (published configuration, 2026-04-02). */
const expertWidth = 704;
const denseWidth = 2112;
const floatBytes = 4;

/**
 * Bytes of block i that leave its device with that part. The router (ffn_gate_inp, f32) matches llama.cpp's pattern for the
 * gate and goes with it.
 */
export function overflowBytes(shape: ModelShape, block: number, part: Overflow): number {
  const { expertBytes } = blockBytes(shape, block);
  if (part === 'experts') return expertBytes;
  const { gateUp, down } = typesOf(shape, expertBytes);
  const { hiddenSize, experts } = shape.architecture;
  const projection = denseWidth * hiddenSize;
  const router = (experts?.count ?? 0) * hiddenSize * floatBytes;
  const gateAndDown = projection * (gateUp + down) + router;
  const parts: Record<Exclude<Overflow, 'experts'>, number> = {
    'all-but-attention': expertBytes + gateAndDown + projection * gateUp,
    'all-but-up': expertBytes + gateAndDown,
    down: expertBytes - gateUpBytes(shape) + projection * down,
  };
  return parts[part];
}

/** The larger expert tensor (gate and up in one), bytes: its type is the same in every block. */
export function gateUpBytes(shape: ModelShape): number {
  const smallest = Math.min(...shape.weights.layers.map(([, experts = 0]) => experts));
  return 2 * expertElements(shape) * typesOf(shape, smallest).gateUp;
}

/** Elements of one of gate, up, down over all experts. */
function expertElements({ architecture }: ModelShape): number {
  return (architecture.experts?.count ?? 0) * architecture.hiddenSize * expertWidth;
}

interface TypePair {
  gateUp: number;
  down: number;
}

/** Every pair that a recipe may choose: down is never the smaller one. */
const typePairs: readonly TypePair[] = gateUpTypes.flatMap((gateUp) =>
  downTypes.filter((down) => down >= gateUp).map((down) => ({ gateUp, down })),
);

/** The pair of types whose sum is nearest to a block's expert bytes, nearest to each other. */
function typesOf(shape: ModelShape, expertBytes: number): TypePair {
  return nearestTypes(expertBytes / expertElements(shape));
}

const nearestTypes = memoize((perElement: number): TypePair => {
  const error = (pair: TypePair) =>
    Math.abs(2 * pair.gateUp + pair.down - perElement) + (pair.down - pair.gateUp) / 1000;
  return typePairs.reduce((best, pair) => (error(pair) < error(best) ? pair : best));
});
