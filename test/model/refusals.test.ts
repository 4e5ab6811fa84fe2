import { describe, expect, it } from 'vitest';
import { placeModel } from '../../src/model/fit/place.ts';
import { type EstimateInput, estimateMemory } from '../../src/model/memory/estimate.ts';

const usual: EstimateInput = { variant: '12b', quantization: 'Q4_K_M', contextTokens: 4096 };
const estimate = (change: object) => () => estimateMemory({ ...usual, ...change } as EstimateInput);

describe('an impossible question', () => {
  it.each([
    ['a variant that does not exist', { variant: '7b' }, 'unknown-variant', '"7b"'],
    ['a quantization without sizes', { quantization: 'Q9_Z' }, 'unknown-quantization', '"Q9_Z"'],
    ['a context of nothing', { contextTokens: 0 }, 'bad-number', 'contextTokens'],
    ['half a token', { contextTokens: 4096.5 }, 'bad-number', '4096.5'],
    ['no sequence', { sequences: 0 }, 'bad-number', 'sequences'],
    ['a micro-batch below one', { microBatch: -1 }, 'bad-number', 'microBatch'],
    ['more sequences than tokens', { contextTokens: 4, sequences: 5 }, 'bad-number', '5 sequences'],
    ['a cache type that does not exist', { kvType: 'q2_0' }, 'usage', '"q2_0"'],
    [
      'a quantized cache without flash attention',
      { kvType: 'q8_0', flashAttention: false },
      'usage',
      'flash attention',
    ],
    ['half a layer', { gpuLayers: 1.5 }, 'bad-number', 'gpuLayers'],
    ['fewer layers than none', { gpuLayers: -1 }, 'bad-number', '-1'],
    ['layers that are no number', { gpuLayers: Number.NaN }, 'bad-number', 'NaN'],
  ])('%s is refused with a sentence that names it', (_what, change, code, word) => {
    expect(estimate(change)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(word) }));
  });

  it.each([
    [{ freeBytes: -1, marginBytes: 0 }, 'freeBytes'],
    [{ freeBytes: 1, marginBytes: Number.NaN }, 'marginBytes'],
    [{ freeBytes: Number.POSITIVE_INFINITY, marginBytes: 0 }, 'freeBytes'],
  ])('a device with %j is refused', (device, word) => {
    expect(() => placeModel({ ...usual, devices: [device] })).toThrow(
      expect.objectContaining({ code: 'bad-number', message: expect.stringContaining(word) }),
    );
  });
});

describe('the edges of what is allowed', () => {
  it('a token for each sequence, and no fewer', () => {
    expect(estimate({ contextTokens: 4, sequences: 4 })).not.toThrow();
  });

  it('what to do is said', () => {
    expect(estimate({ kvType: 'q2_0' })).toThrow(expect.objectContaining({ hint: 'Choose one of f16, q8_0, q4_0.' }));
    const noFlash = { kvType: 'q8_0', flashAttention: false };
    expect(estimate(noFlash)).toThrow(expect.objectContaining({ hint: expect.stringContaining('f16 KV cache') }));
  });

  it('a micro-batch is no longer than the context', () => {
    expect(estimateMemory({ ...usual, contextTokens: 128, microBatch: 512 })).toEqual(
      estimateMemory({ ...usual, contextTokens: 128, microBatch: 128 }),
    );
  });

  it('more layers than there are means all of them; none leaves the device its scratch at most', () => {
    expect(estimateMemory({ ...usual, gpuLayers: 1000 })).toEqual(estimateMemory(usual));
    expect(estimateMemory({ ...usual, gpuLayers: 0 }).device).toMatchObject({ weightsBytes: 0, kvCacheBytes: 0 });
  });
});
