import { describe, expect, it } from 'vitest';
import { graphComputeBytes } from '../../../../src/model/memory/graph/compute.ts';
import { host, type Layout, layeredLayout } from '../../../../src/model/memory/layout.ts';
import { completeLoad, type OpenLoad } from '../../../../src/model/memory/load.ts';
import { stockShape } from '../../../../src/model/memory/shape.ts';

const tokens = 512;
const whole = layeredLayout(30, 31, [1]);
const bytes = (change: Partial<OpenLoad>, layout: Layout = whole, variant: '26b' | '31b' = '26b') => {
  const load = completeLoad({ contextTokensTotal: 8192, microBatch: tokens, ...change });
  return graphComputeBytes(stockShape(variant, 'Q4_K_M'), load, layout, 1);
};
const device = (...asked: Parameters<typeof bytes>) => bytes(...asked).devices[0] ?? 0;

/** Hidden states of eight experts, f32. */
const resultBytes = 2816 * 8 * 4 * tokens;

describe('what fused steps over experts keep', () => {
  it.each(['cuda', 'rocm'] as const)(
    'what fused steps over experts keep on %s: the result of each expert once more',
    (backend) => {
      expect(device({ backend }) - device({})).toBe(resultBytes);
      expect(device({ backend, llamaCpp: 'b10760' }) - device({})).toBe(resultBytes);
    },
  );

  it('nothing before they were fused, on other backends and where there are no experts', () => {
    expect(device({ backend: 'cuda', llamaCpp: 'b10688' })).toBe(device({}));
    expect(device({ backend: 'vulkan' })).toBe(device({}));
    const dense = layeredLayout(60, 61, [1]);
    expect(device({ backend: 'cuda' }, dense, '31b')).toBe(device({}, dense, '31b'));
  });

  it('nothing on the CPU', () => {
    const none = layeredLayout(30, 0, []);
    expect(bytes({ backend: 'cuda' }, none)).toEqual(bytes({}, none));
  });

  it('what fused steps over experts keep beside experts that are streamed the routing counts as well: the odds of 128 experts and a sum', () => {
    const streamed: Layout = {
      ...whole,
      runs: [
        { blocks: 22, home: 0, overflow: null },
        { blocks: 8, home: 0, overflow: { part: 'experts', to: host } },
      ],
    };
    const microBatch = 1024;
    const at = (llamaCpp: string) => device({ backend: 'cuda', llamaCpp, microBatch }, streamed);
    expect(at('b11205') - at('b10760')).toBe((128 + 1) * 4 * microBatch);
  });
});
