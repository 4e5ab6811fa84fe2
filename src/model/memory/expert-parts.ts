import { memoize } from '../../memoize.ts';
import { expertWidth, feedForwardWidth } from './feed-forward.ts';
import type { Overflow } from './layout.ts';
import { type ElementBytes, recipes } from './recipe.ts';
import { blockBytes, type ModelShape } from './shape.ts';

const floatBytes = 4;

/**
 * Bytes of block i that leave its device with that part. The router and its scale (ffn_gate_inp, f32) match llama.cpp's pattern for
 * the gate and go with it.
 */
export function overflowBytes(shape: ModelShape, block: number, part: Overflow): number {
  const { expertBytes } = blockBytes(shape, block);
  if (part === 'experts') return expertBytes;
  const { gateUp, down } = expertTypes(shape, expertBytes);
  const { hiddenSize, experts } = shape.architecture;
  const projection = feedForwardWidth(shape.variant, block) * hiddenSize;
  const router = ((experts?.count ?? 0) + 1) * hiddenSize * floatBytes;
  const gateAndDown = projection * (gateUp + down) + router;
  const parts: Record<Exclude<Overflow, 'experts'>, number> = {
    'all-but-attention': expertBytes + gateAndDown + projection * gateUp,
    'all-but-up': expertBytes + gateAndDown,
    down: expertBytes - 2 * expertElements(shape) * gateUp + projection * down,
  };
  return parts[part];
}

/** Elements of one of gate, up, down over all experts. */
function expertElements({ architecture }: ModelShape): number {
  return (architecture.experts?.count ?? 0) * architecture.hiddenSize * expertWidth;
}

/** Bytes an element of gate and up, and of down. */
export interface ExpertTypes {
  gateUp: ElementBytes;
  down: ElementBytes;
}

/** Every pair that some recipe may choose: down is never the smaller one. */
const anyTypes: readonly ExpertTypes[] = pairs(
  Object.values(recipes).map(({ most }) => most),
  Object.values(recipes).flatMap(({ down }) => down),
).filter(({ gateUp, down }) => down >= gateUp);

function pairs(gateUp: readonly ElementBytes[], down: readonly ElementBytes[]): ExpertTypes[] {
  return gateUp.flatMap((one) => down.map((other) => ({ gateUp: one, down: other })));
}

/** The types of a block's experts: the pair of its recipe, or of any, whose sum is nearest to their bytes; of like ones the more even. */
export function expertTypes(shape: ModelShape, expertBytes: number): ExpertTypes {
  return nearestTypes(shape.quantization, expertBytes / expertElements(shape));
}

const nearestTypes = memoize(
  (quantization: ModelShape['quantization'], perElement: number): ExpertTypes => {
    const recipe = quantization === null ? null : recipes[quantization];
    const error = ({ gateUp, down }: ExpertTypes) =>
      Math.abs(2 * gateUp + down - perElement) + Math.abs(down - gateUp) / 1000;
    const choice = recipe === null ? anyTypes : pairs([recipe.most], recipe.down);
    return choice.reduce((best, pair) => (error(pair) < error(best) ? pair : best));
  },
  (quantization, perElement) => `${quantization} ${perElement}`,
);
