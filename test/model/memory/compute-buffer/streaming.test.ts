import { describe, expect, it } from 'vitest';
import streaming from '../../../../data/streaming.json' with { type: 'json' };
import { engines } from '../../../../src/data/ids.ts';
import { expertStreamingComputeBytes } from '../../../../src/model/memory/compute-buffer/experts.ts';
import { fullComputeBytes } from '../../../../src/model/memory/compute-buffer/full.ts';
import {
  scratchBesideCopies,
  slidingStreamingComputeBytes,
  streamingComputeBytes,
} from '../../../../src/model/memory/compute-buffer/streaming.ts';
import { gateUpBytes } from '../../../../src/model/memory/expert-parts.ts';
import { completeLoad } from '../../../../src/model/memory/load.ts';
import { stockShape } from '../../../../src/model/memory/shape.ts';
import {
  type KvType,
  kvTypes,
  type Load,
  type Quantization,
  type VariantId,
  variantIds,
} from '../../../../src/model/types.ts';

const load = (contextTokens: number, change: Partial<Load> = {}) =>
  completeLoad({ contextTokensTotal: contextTokens, ...change });

/** What llama.cpp said of that recipe, at a context and micro-batch of the table. */
function measured(
  variant: VariantId,
  quantization: Quantization,
  contextTokens: number,
  { microBatch = 512, kvType = 'f16' as KvType } = {},
) {
  const row = streaming.rows.find(
    (r) =>
      r.variant === variant && r.quantization === quantization && r.kvType === kvType && r.microBatch === microBatch,
  );
  return row!.bytes[streaming.contexts.indexOf(contextTokens)]!;
}

const largestBlock = (variant: VariantId, quantization: Quantization) =>
  Math.max(...stockShape(variant, quantization).weights.layers.map(([dense = 0, experts = 0]) => dense + experts));

describe('a full-attention block on the CPU', () => {
  it.each([
    ['12b', 'Q4_K_M', 32_768, {}],
    ['31b', 'Q8_0', 65_536, { microBatch: 1024 }],
    ['26b', 'Q4_0', 8192, {}],
    ['e4b', 'Q4_K_M', 32_768, { kvType: 'q8_0' }],
  ] as const)('takes what was projected: %s %s at %d %j', (variant, quantization, contextTokens, change) => {
    const scratch = streamingComputeBytes(stockShape(variant, quantization), load(contextTokens, change), false);
    expect(scratch).toBe(measured(variant, quantization, contextTokens, change));
  });

  it('takes two mask bytes a token of the micro-batch and one block’s K and V for each cell beyond the longest projected', () => {
    const shape = stockShape('e4b', 'Q4_K_M');
    const longest = streamingComputeBytes(shape, load(131_072), false);
    expect(longest).toBe(measured('e4b', 'Q4_K_M', 131_072));
    expect(streamingComputeBytes(shape, load(131_072 + 256), false) - longest).toBe(256 * (2 * 512 + 2 * 1024 * 2));
  });

  it('takes two mask bytes a token less for each cell below the shortest projected', () => {
    const shortest = measured('31b', 'Q4_K_M', 2048);
    const shape = stockShape('31b', 'Q4_K_M');
    expect(streamingComputeBytes(shape, load(1792), false)).toBe(shortest - 256 * 2 * 512);
  });

  it('takes a cache more for each further sequence: K and V of one block, two bytes an element', () => {
    const shape = stockShape('12b', 'Q4_K_M');
    const one = streamingComputeBytes(shape, load(32_768), false);
    const three = streamingComputeBytes(shape, load(3 * 32_768, { sequences: 3, microBatch: 512 }), false);
    expect(three - one).toBe(2 * 32_768 * 2 * 512 * 2);
  });

  it('of a heavier dense recipe takes what its largest projection weighs more than the nearest one’s', () => {
    const heavier = stockShape('31b', 'BF16');
    const more = (largestBlock('31b', 'BF16') - largestBlock('31b', 'Q8_0')) * 0.23 * 1.12;
    const short = load(4096);
    expect(streamingComputeBytes(heavier, short, false)).toBe(Math.round(measured('31b', 'Q8_0', 4096) + more));
    const long = streamingComputeBytes(heavier, load(262_144), false);
    expect(long).toBe(measured('31b', 'Q8_0', 262_144));
  });

  it('of a lighter dense recipe takes no less than the nearest one', () => {
    expect(streamingComputeBytes(stockShape('31b', 'Q2_K'), load(32_768), false)).toBe(measured('31b', 'Q4_0', 32_768));
  });

  it('of other experts takes what their larger tensor weighs more or less', () => {
    const difference = (own: Quantization, nearest: Quantization) =>
      (gateUpBytes(stockShape('26b', own)) - gateUpBytes(stockShape('26b', nearest))) * 0.88;
    const scratch = (own: Quantization) => streamingComputeBytes(stockShape('26b', own), load(8192), false);
    expect(scratch('BF16')).toBe(Math.round(measured('26b', 'Q8_0', 8192) + difference('BF16', 'Q8_0')));
    expect(scratch('Q2_K')).toBe(Math.round(measured('26b', 'Q4_0', 8192) + difference('Q2_K', 'Q4_0')));
  });

  it('of a file of nobody’s recipe is told by the nearest largest block', () => {
    const own = (of: Quantization) => ({ ...stockShape('12b', of), quantization: null });
    const at = load(32_768);
    for (const recipe of ['Q4_0', 'Q4_K_M', 'Q8_0'] as const) {
      expect(streamingComputeBytes(own(recipe), at, false)).toBe(measured('12b', recipe, 32_768));
    }
  });
});

describe('the cache that E2B’s last blocks share', () => {
  const shape = stockShape('e2b', 'Q4_K_M');

  it('lies on the host: there is a copy of it beside the batch, or the whole buffer', () => {
    const copy = 208_600 * 512 + 131_072 * 2 * 512 * 2;
    expect(streamingComputeBytes(shape, load(131_072), true)).toBe(
      Math.max(copy, streamingComputeBytes(shape, load(131_072), false)),
    );
    const short = load(1024);
    expect(streamingComputeBytes(shape, short, true)).toBe(fullComputeBytes(shape, short));
    expect(streamingComputeBytes(shape, short, false)).toBeLessThan(fullComputeBytes(shape, short));
  });

  it('is of no matter in other models', () => {
    const other = stockShape('e4b', 'Q4_K_M');
    expect(streamingComputeBytes(other, load(1024), true)).toBe(streamingComputeBytes(other, load(1024), false));
  });
});

describe('only sliding blocks on the CPU', () => {
  const split = { heavyDown: false, elsewhere: false, noneWhole: false };

  it('take what was projected for a dense model, and a heavier recipe its larger projection more', () => {
    const shape = stockShape('31b', 'Q4_K_M');
    const row = streaming.rows.find(
      (r) => r.variant === '31b' && r.quantization === 'Q4_K_M' && r.kvType === 'f16' && r.microBatch === 512,
    );
    const projected = row?.slidingBytes[streaming.contexts.indexOf(131_072)] ?? 0;
    expect(slidingStreamingComputeBytes(shape, load(131_072), split)).toBe(projected);
    expect(projected).toBeLessThan(measured('31b', 'Q4_K_M', 131_072) / 3);
    const heavier = slidingStreamingComputeBytes(stockShape('31b', 'BF16'), load(131_072), split);
    expect(heavier).toBeGreaterThan(slidingStreamingComputeBytes(stockShape('31b', 'Q8_0'), load(131_072), split));
  });

  it('grow by the masks alone beyond the longest context', () => {
    const shape = stockShape('12b', 'Q4_K_M');
    const longest = slidingStreamingComputeBytes(shape, load(262_144), split);
    expect(slidingStreamingComputeBytes(shape, load(262_144 + 256), split) - longest).toBe(256 * 2 * 512);
  });

  it('of a model with experts take what those do, unless a full block would take less and some block is whole', () => {
    const shape = stockShape('26b', 'Q4_K_M');
    const at = load(65_536, { microBatch: 2048 });
    const streamed = streamingComputeBytes(shape, at, false);
    const experts = (of: object) => Math.round(expertStreamingComputeBytes(shape, at, of));
    expect(slidingStreamingComputeBytes(shape, at, split)).toBe(Math.min(streamed, experts(split)));
    const none = { ...split, noneWhole: true };
    expect(slidingStreamingComputeBytes(shape, at, none)).toBe(experts(none));
  });
});

it('scratch beside the copies of a cache is that of a short context, with the masks of a longer one', () => {
  const shape = stockShape('12b', 'Q4_K_M');
  const short = scratchBesideCopies(shape, load(4096));
  expect(short).toBe(measured('12b', 'Q4_K_M', 4096));
  expect(scratchBesideCopies(shape, load(65_536)) - short).toBe(2 * 512 * (65_536 - 4096));
  expect(scratchBesideCopies(shape, load(2048))).toBe(measured('12b', 'Q4_K_M', 2048));
});

describe('the tables', () => {
  it('have a row for every model, recipe, cache and micro-batch of every generation', () => {
    for (const engine of engines) {
      for (const variant of variantIds) {
        for (const recipe of ['Q4_0', 'Q4_K_M', 'Q8_0'] as const) {
          for (const kvType of kvTypes) {
            for (const microBatch of [256, 512, 1024, 2048]) {
              const at = load(32_768, { kvType, microBatch, engine });
              expect(streamingComputeBytes(stockShape(variant, recipe), at, false)).toBeGreaterThan(1e7);
            }
          }
        }
      }
    }
  });

  it('that lack a model are refused by name', () => {
    const nameless = { ...stockShape('12b', 'Q4_0'), variant: 'none' as VariantId };
    expect(() => streamingComputeBytes(nameless, load(4096), false)).toThrow('data/streaming.json has no none');
    expect(() => streamingComputeBytes(nameless, load(4096, { engine: 'v0.8.0' }), false)).toThrow(
      'data/streaming-later.json has no none',
    );
  });
});
