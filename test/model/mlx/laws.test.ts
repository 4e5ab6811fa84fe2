import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { variantOf } from '../../../src/data/tables.ts';
import { mlxChipClasses, mlxLayouts } from '../../../src/data/vocabulary.ts';
import { longestMlxPrompt } from '../../../src/model/mlx/longest-prompt.ts';
import { estimateMlxMemory, type MlxMemoryInput } from '../../../src/model/mlx/memory.ts';
import { variantIds } from '../../../src/model/types.ts';
import { refusalOf } from '../../refusal.ts';

const input = fc
  .record({
    variant: fc.constantFrom(...variantIds),
    layout: fc.constantFrom(...mlxLayouts),
    chipClass: fc.constantFrom(...mlxChipClasses),
    chipGeneration: fc.constantFrom(null, 1, 2, 3, 4, 5),
    drafter: fc.boolean(),
    modalities: fc.constantFrom(['text'] as const, ['text', 'image'] as const),
    ollamaVersion: fc.constantFrom('0.33.0', '0.33.3', '0.34.0', '0.40.2'),
    promptTokens: fc.integer({ min: 1, max: 262_144 }),
    generatedTokens: fc.integer({ min: 0, max: 20_000 }),
    prefixCacheBytes: fc.constantFrom(0, 2 ** 33),
  })
  .map((made): MlxMemoryInput => made);

describe('memory of an MLX build', () => {
  it('its parts are the peak, and none is negative', () => {
    fc.assert(
      fc.property(input, (made) => {
        const { loadBytes, cacheBytes, scoreBytes, workingBytes, snapshotBytes, ...sums } = estimateMlxMemory(made);
        const parts = [loadBytes, cacheBytes, scoreBytes, workingBytes, snapshotBytes];
        expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
        expect(parts.reduce((sum, part) => sum + part)).toBeCloseTo(sums.peakBytes, -1);
        expect(sums.peakBytes).toBeGreaterThanOrEqual(sums.restBytes);
      }),
    );
  });

  it('a longer prompt never takes less', () => {
    fc.assert(
      fc.property(input, fc.integer({ min: 1, max: 5000 }), (made, more) => {
        const longer = { ...made, promptTokens: made.promptTokens + more };
        expect(estimateMlxMemory(longer).peakBytes).toBeGreaterThanOrEqual(estimateMlxMemory(made).peakBytes);
        expect(estimateMlxMemory(longer).restBytes).toBeGreaterThanOrEqual(estimateMlxMemory(made).restBytes);
      }),
      { numRuns: 500 },
    );
  });

  it('a longer answer, a fuller prefix cache, an older server that frees no snapshots: never less', () => {
    fc.assert(
      fc.property(input, (made) => {
        const { peakBytes } = estimateMlxMemory({ ...made, ollamaVersion: '0.40.2', prefixCacheBytes: 0 });
        const more = [
          { ...made, ollamaVersion: '0.40.2', prefixCacheBytes: 1e9 },
          { ...made, ollamaVersion: '0.33.3', prefixCacheBytes: 0 },
          { ...made, ollamaVersion: '0.40.2', prefixCacheBytes: 0, generatedTokens: (made.generatedTokens ?? 0) + 512 },
        ];
        for (const other of more) expect(estimateMlxMemory(other).peakBytes).toBeGreaterThanOrEqual(peakBytes);
      }),
    );
  });

  it('the longest prompt fits and 256 tokens more do not', () => {
    fc.assert(
      fc.property(input, fc.integer({ min: 4, max: 120 }), (made, gibibytes) => {
        const room = gibibytes * 2 ** 30;
        const longest = longestMlxPrompt(made, room);
        const trained = variantOf(made.variant).architecture.trainedContextTokens;
        const peak = (promptTokens: number) => estimateMlxMemory({ ...made, promptTokens }).peakBytes;
        if (longest !== null) expect(peak(longest)).toBeLessThanOrEqual(room);
        if ((longest ?? 0) < trained) expect(peak((longest ?? 0) + 256)).toBeGreaterThan(room);
      }),
    );
  });

  it('what is no number, model, layout or chip is refused in a sentence', () => {
    const made = { variant: '31b', layout: 'nvfp4u', chipClass: 'base-pro', promptTokens: 4096 } as const;
    expect(refusalOf(() => estimateMlxMemory({ ...made, promptTokens: 0 })).code).toBe('bad-number');
    expect(refusalOf(() => estimateMlxMemory({ ...made, promptTokens: 1.5 })).code).toBe('bad-number');
    expect(refusalOf(() => estimateMlxMemory({ ...made, generatedTokens: -1 })).code).toBe('bad-number');
    expect(refusalOf(() => estimateMlxMemory({ ...made, prefixCacheBytes: Number.NaN })).code).toBe('bad-number');
    expect(refusalOf(() => estimateMlxMemory({ ...made, layout: 'Q4_K_M' as never })).code).toBe(
      'unknown-quantization',
    );
    expect(refusalOf(() => estimateMlxMemory({ ...made, variant: '27b' as never })).code).toBe('unknown-variant');
    expect(refusalOf(() => estimateMlxMemory({ ...made, chipClass: 'M4' as never })).code).toBe('unknown-device');
  });
});
