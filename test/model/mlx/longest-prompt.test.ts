import { describe, expect, it } from 'vitest';
import { limitByRule } from '../../../src/machine/probes/apple/metal-limit.ts';
import { longestMlxPrompt } from '../../../src/model/mlx/longest-prompt.ts';
import type { MlxMemoryInput } from '../../../src/model/mlx/memory.ts';

const seen = { modalities: ['text', 'image'] as const };
const builds: Record<string, Omit<MlxMemoryInput, 'promptTokens' | 'chipClass'>> = {
  e2b: { variant: 'e2b', layout: 'nvfp4u', drafter: true, ...seen },
  e4b: { variant: 'e4b', layout: 'nvfp4u', drafter: true, ...seen },
  '12b': { variant: '12b', layout: 'nvfp4u', drafter: true, ...seen },
  '12b-mxfp8': { variant: '12b', layout: 'mxfp8', drafter: true, ...seen },
  '26b': { variant: '26b', layout: 'nvfp4p', drafter: true, ...seen },
  '26b-mxfp8': { variant: '26b', layout: 'mxfp8', ...seen },
  '31b-mlx': { variant: '31b', layout: 'nvfp4u', drafter: true },
  '31b': { variant: '31b', layout: 'nvfp4u', drafter: true, ...seen },
  '31b-mxfp8': { variant: '31b', layout: 'mxfp8' },
};
const sizes = [16, 24, 32, 36, 48, 64, 128];

/**
 * Longest cold prompt on an idle Mac (K of 1,024 tokens) / the same with 8 GiB of snapshots of other conversations, by size of the Mac in GB
 * (above): worked out in steps of a chunk for servers that free no snapshots of a running conversation.
 */
const table: Record<string, string> = {
  e2b: '128/- 128/120 128/128 128/128 128/128 128/128 128/128',
  e4b: '94/- 128/56 128/128 128/128 128/128 128/128 128/128',
  '12b': '30/- 82/12 138/74 162/98 242/174 256/256 256/256',
  '12b-mxfp8': '-/- 36/- 98/28 122/54 196/130 256/250 256/256',
  '26b': '-/- 1/- 66/- 92/20 176/104 256/232 256/256',
  '26b-mxfp8': '-/- -/- -/- 17/- 102/30 230/158 256/256',
  '31b-mlx': '-/- 0/- 18/- 28/3 58/33 106/80 256/256',
  '31b': '-/- -/- 16/- 25/1 56/30 102/76 256/256',
  '31b-mxfp8': '-/- -/- -/- -/- 18/- 66/40 244/218',
};
/** A chunk, and the last step of 256 tokens. */
const stepTokens = 2048 + 256;

const longest = (build: string, gibibytes: number, change: Partial<MlxMemoryInput> = {}) =>
  longestMlxPrompt(
    {
      ...(builds[build] as (typeof builds)[string]),
      chipClass: gibibytes <= 32 ? 'base-pro' : 'max-ultra',
      ollamaVersion: '0.33.3',
      ...change,
    },
    limitByRule(gibibytes * 2 ** 30, '25.0.0').bytes,
  );

describe.each(Object.keys(builds))('the longest prompt of %s', (build) => {
  const cells = (table[build] ?? '').split(' ').map((cell) => cell.split('/'));
  it.each(sizes.map((gibibytes, at) => [gibibytes, cells[at] ?? []] as const))('%i GB: %j', (gibibytes, cell) => {
    for (const [at, prefixCacheBytes] of [0, 2 ** 33].entries()) {
      const expected = cell[at] === '-' ? 0 : Number(cell[at]) * 1024;
      const found = longest(build, gibibytes, { prefixCacheBytes }) ?? 0;
      expect(Math.abs(found - expected), `${found} against ${cell[at]}K`).toBeLessThanOrEqual(stepTokens);
    }
  });
});

describe('the longest prompt', () => {
  it('the longest prompt is longer where the snapshots of a conversation are kept to the budget', () => {
    expect(longest('31b-mxfp8', 128, { ollamaVersion: '0.40.2' })).toBe(262_144);
    expect(longest('31b-mlx', 64, { ollamaVersion: '0.40.2' })).toBeGreaterThan(longest('31b-mlx', 64) ?? 0);
  });

  it('the longest prompt is null where not even 256 tokens fit', () => expect(longest('31b', 24)).toBeNull());
});
