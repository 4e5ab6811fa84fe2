import { describe, expect, it } from 'vitest';
import { variantOf, variants, weightsOf } from '../../src/data/tables.ts';
import { variantIds } from '../../src/model/types.ts';

it('data/variants.json has every model, smallest first', () => {
  expect(variants.map((variant) => variant.id)).toEqual(variantIds);
});

describe.each(variants)('$id', ({ id, architecture, parameters, ggufMetadataBytes }) => {
  it('a variant counts its layers once each', () => {
    const { layers, kv, sharedKvLayers, fullLayers, slidingPerFull } = architecture;
    expect(kv.full.layers + kv.sliding.layers + sharedKvLayers).toBe(layers);
    expect(Math.floor(layers / (slidingPerFull + 1))).toBe(fullLayers);
  });

  it('a variant has KV as wide as its heads', () => {
    const { kv, kvHeads, headSize } = architecture;
    expect(kv.full.width).toBe(kvHeads.full * headSize.full);
    expect(kv.sliding.width).toBe(kvHeads.sliding * headSize.sliding);
  });

  it('a variant has as many layers as its weights', () => {
    expect(weightsOf(id, 'Q4_K_M')?.layers).toHaveLength(architecture.layers);
    expect(weightsOf(id, 'Q4_K_M')?.layers[0]).toHaveLength(architecture.experts === null ? 1 : 2);
  });

  it('a variant weighs two bytes a parameter in BF16, but for the encoders that lie in the projector', () => {
    const share = (weightsOf(id, 'BF16')?.tensorBytes ?? 0) / 2 / parameters.total;
    expect(share).toBeGreaterThan(0.9);
    expect(share).toBeLessThan(1.01);
  });

  it('a variant has a header of vocabulary size', () => {
    expect(ggufMetadataBytes).toBeGreaterThan(15.8e6);
    expect(ggufMetadataBytes).toBeLessThan(15.9e6);
  });
});

it('the parts of 12b add up to the byte of its library file', () => {
  const weights = weightsOf('12b', 'Q4_K_M');
  expect((weights?.tensorBytes ?? 0) + variantOf('12b').ggufMetadataBytes).toBe(7_381_382_048);
});

it('weightsOf gives null for a pair that nobody weighed', () => {
  expect(weightsOf('12b', 'Q9' as 'Q8_0')).toBeNull();
});

it('31b is ahead of the smaller models on every benchmark that they share', () => {
  const best = variantOf('31b').benchmarks;
  for (const { benchmarks } of variants.slice(0, 4)) {
    expect(benchmarks.liveCodeBenchV6 ?? 0).toBeLessThan(best.liveCodeBenchV6 ?? 0);
    expect(benchmarks.omniDocBench15 ?? 1).toBeGreaterThan(best.omniDocBench15 ?? 0);
  }
});
