import { describe, expect, it } from 'vitest';
import { estimateFullOffload, estimateLayers, placeOn } from '../../../src/advice/placement/estimates.ts';
import { stockShape } from '../../../src/model/memory/shape.ts';
import type { Load } from '../../../src/model/types.ts';
import { gib } from '../machines.ts';

const load: Load = { contextTokensTotal: 8192, sequences: 1, microBatch: 512, kvType: 'f16', flashAttention: true };
const rooms = [{ freeBytes: 24 * gib, marginBytes: gib }];

describe('answers of the memory model', () => {
  it('answers of the memory model are remembered: the same question gives the same object', () => {
    const shape = stockShape('12b', 'Q4_K_M');
    expect(estimateFullOffload(shape, { ...load })).toBe(estimateFullOffload(shape, load));
    expect(estimateLayers(shape, { ...load }, 20)).toBe(estimateLayers(shape, load, 20));
    expect(placeOn(shape, { ...load }, [...rooms])).toBe(placeOn(shape, load, rooms));
  });

  it.each([
    ['context', { contextTokensTotal: 16_384 }],
    ['number of sequences', { sequences: 2 }],
    ['micro-batch', { microBatch: 1024 }],
    ['cache type', { kvType: 'q8_0' as const }],
    ['flash attention', { flashAttention: false }],
  ])('answers of the memory model are others for another %s', (_, change) => {
    const shape = stockShape('12b', 'Q4_K_M');
    expect(estimateFullOffload(shape, { ...load, ...change })).not.toEqual(estimateFullOffload(shape, load));
  });

  it('answers of the memory model are others for another number of layers, other devices, and another model', () => {
    const shape = stockShape('12b', 'Q4_K_M');
    expect(estimateLayers(shape, load, 21)).not.toEqual(estimateLayers(shape, load, 20));
    expect(placeOn(shape, load, [{ freeBytes: 6 * gib, marginBytes: gib }]).mode).toBe('split');
    expect(placeOn(shape, load, rooms).mode).toBe('full');
    expect(estimateFullOffload(stockShape('12b', 'Q8_0'), load)).not.toEqual(estimateFullOffload(shape, load));
  });

  it('answers of the memory model are kept up to 4,096 of one model, and then all forgotten', () => {
    const shape = stockShape('e2b', 'Q4_K_M');
    const ask = (contextTokens: number) => estimateFullOffload(shape, { ...load, contextTokensTotal: contextTokens });
    const first = ask(1);
    for (let tokens = 2; tokens <= 4096; tokens += 1) ask(tokens);
    expect(ask(1)).toBe(first);
    ask(4097);
    expect(ask(1)).not.toBe(first);
    expect(ask(1)).toEqual(first);
  });
});
