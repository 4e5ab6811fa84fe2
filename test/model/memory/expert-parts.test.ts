import { describe, expect, it } from 'vitest';
import { expertTypes, overflowBytes } from '../../../src/model/memory/expert-parts.ts';
import { blockBytes, stockShape } from '../../../src/model/memory/shape.ts';
import type { Quantization } from '../../../src/model/types.ts';

/** Of 26b's published configuration: 128 experts, 704 wide, beside a dense part of 2112, in a model that is 2816 wide. */
const expertElements = 128 * 2816 * 704;
const denseProjection = 2112 * 2816;
/** The router and its scale, f32. */
const router = (128 + 1) * 2816 * 4;

/** Bytes per element of gate and up, and of down, in the lightest block of a recipe (types by ggml-common.h, 704 being no multiple of 256). */
const recipes: [Quantization, number, number][] = [
  ['Q2_K', 0.328125, 0.5625],
  ['Q3_K_M', 0.4296875, 0.6875],
  ['IQ4_XS', 0.53125, 0.5625],
  ['Q4_0', 0.5625, 0.5625],
  ['Q4_K_M', 0.5625, 0.6875],
  ['Q5_K_M', 0.6875, 0.75],
  ['Q6_K', 0.8203125, 1.0625],
  ['Q8_0', 1.0625, 1.0625],
  ['BF16', 2, 2],
];

describe.each(recipes)('the parts of a block of experts at %s', (quantization, gateUp, down) => {
  const shape = stockShape('26b', quantization);
  const sizes = shape.weights.layers.map((_, block) => blockBytes(shape, block).expertBytes);
  const lightest = sizes.indexOf(Math.min(...sizes));
  const experts = Math.min(...sizes);

  it('the parts of a block of experts are two tensors: gate with up, and down', () => {
    expect(expertTypes(shape, experts)).toEqual({ gateUp, down });
  });

  it('the parts of a block of experts leave a device one by one, the dense projections and the router after the experts', () => {
    const bytes = (part: Parameters<typeof overflowBytes>[2]) => overflowBytes(shape, lightest, part);
    expect(bytes('experts')).toBe(experts);
    expect(bytes('down')).toBe(experts - 2 * expertElements * gateUp + denseProjection * down);
    expect(bytes('all-but-up')).toBe(experts + denseProjection * (gateUp + down) + router);
    expect(bytes('all-but-attention') - bytes('all-but-up')).toBe(denseProjection * gateUp);
  });
});

describe('the heavier blocks of a recipe', () => {
  it.each([
    ['Q4_K_M', 0.5625, 1.0625],
    ['Q3_K_M', 0.4296875, 0.75],
    ['IQ4_XS', 0.53125, 0.75],
  ] as const)('the heavier blocks of a recipe have another type for down alone: %s', (quantization, gateUp, down) => {
    const shape = stockShape('26b', quantization);
    const heaviest = Math.max(...shape.weights.layers.map(([, experts = 0]) => experts));
    const block = shape.weights.layers.findIndex(([, experts]) => experts === heaviest);
    const leaves = overflowBytes(shape, block, 'down');
    expect(expertTypes(shape, heaviest)).toEqual({ gateUp, down });
    expect(leaves).toBe(heaviest - 2 * expertElements * gateUp + denseProjection * down);
  });
});

it('a file of its own making gets the pair of types that adds up to its experts', () => {
  const stock = stockShape('26b', 'Q4_K_M');
  const experts = Math.min(...stock.weights.layers.map(([, bytes = 0]) => bytes));
  expect(expertTypes({ ...stock, quantization: null }, experts)).toEqual({ gateUp: 0.5625, down: 0.6875 });
});
