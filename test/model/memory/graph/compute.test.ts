import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { variantIds } from '../../../../src/data/ids.ts';
import { graphComputeBytes } from '../../../../src/model/memory/graph/compute.ts';
import { host, joined, type Layout, layeredLayout, type Run } from '../../../../src/model/memory/layout.ts';
import { completeLoad } from '../../../../src/model/memory/load.ts';
import { stockShape } from '../../../../src/model/memory/shape.ts';

const load = (contextTokensTotal: number, more = {}) => completeLoad({ contextTokensTotal, ...more });
const experts = stockShape('26b', 'Q4_K_M');
const dense = stockShape('12b', 'Q4_K_M');
const whole = layeredLayout(30, 31, [1]);
const withOverflow = (overflow: (block: number) => Run['overflow']): Layout => ({
  ...whole,
  runs: joined(Array.from({ length: 30 }, (_, block) => ({ blocks: 1, home: 0, overflow: overflow(block) }))),
});
const device = (layout: Layout, shape = experts) => graphComputeBytes(shape, load(8192), layout, 1).devices[0] ?? 0;

describe('what lies on the host is computed on the device', () => {
  /** 26b at Q4_K_M: gate and up of 128 experts, 1408 x 2816, four and a half bits. */
  const gateUpBytes = 1408 * 2816 * 128 * (144 / 256);

  it('experts are copied there, one tensor at a time', () => {
    const streamed = device(withOverflow((block) => (block === 9 ? { part: 'experts', to: host } : null)));
    expect(streamed).toBeGreaterThan(gateUpBytes);
    expect(streamed).toBeLessThan(2 * gateUpBytes);
  });

  it('many blocks of experts take hardly more than one', () => {
    const one = device(withOverflow((block) => (block === 9 ? { part: 'experts', to: host } : null)));
    const many = device(withOverflow((block) => (block < 20 ? { part: 'experts', to: host } : null)));
    expect(many / one).toBeLessThan(1.1);
  });

  it('batches under 32 tokens are left to the CPU, and nothing is copied', () => {
    const layout = withOverflow((block) => (block < 20 ? { part: 'experts', to: host } : null));
    const at = (microBatch: number) =>
      graphComputeBytes(experts, load(8192, { microBatch }), layout, 1).devices[0] ?? 0;
    expect(at(32)).toBeGreaterThan(gateUpBytes);
    expect(at(31)).toBeLessThan(gateUpBytes / 10);
  });

  it('the KV cache of a full-attention block is copied whole, that of sliding blocks is short', () => {
    const grows = (hostBlocks: number) => {
      const at = (context: number) =>
        graphComputeBytes(dense, load(context), layeredLayout(48, 49 - hostBlocks, [1]), 1).devices[0] ?? 0;
      return at(131_072) - at(65_536);
    };
    const masks = 65_536 * 2 * 512;
    const cache = 65_536 * 2 * 512 * 2;
    expect(grows(3)).toBe(masks);
    expect(grows(6)).toBe(masks + cache);
  });
});

/** llama.cpp b11382, asked without allocation on an imagined device that offloads as Vulkan's does, or copies as CUDA's does (2026-11-26). */
it.each([
  ['26b', 'Q4_K_M', 12, 32_768, { microBatch: 512, backend: 'vulkan' }, 499_805_824],
  ['31b', 'Q4_K_M', 30, 32_768, { microBatch: 512, backend: 'vulkan' }, 407_899_136],
  ['12b', 'Q4_K_M', 20, 32_768, { microBatch: 2048, backend: 'vulkan' }, 754_982_912],
  ['31b', 'Q4_0', 50, 131_072, { kvType: 'q8_0', backend: 'cuda' }, 1_918_110_720],
  ['31b', 'Q4_0', 60, 131_072, { kvType: 'q8_0', backend: 'cuda' }, 1_314_130_944],
  ['26b', 'Q4_K_M', 12, 32_768, { kvType: 'q8_0', backend: 'cuda', llamaCpp: 'b10688' }, 442_007_040],
] as const)(
  '%s at %s with %d layers on a device, %d tokens, %o: %d bytes',
  (variant, quantization, layers, context, more, bytes) => {
    const shape = stockShape(variant, quantization);
    const layout = layeredLayout(shape.architecture.layers, layers, [1]);
    expect(graphComputeBytes(shape, load(context, more), layout, 1).devices[0]).toBe(bytes);
  },
);

it.each([
  ['cuda', 'q8_0', 'b10488'],
  ['rocm', 'q4_0', 'b10488'],
  ['metal', 'f16', 'b10630'],
  ['metal', 'q8_0', 'b10864'],
] as const)(
  'flash attention on %s copies a %s cache of one full-attention layer to f16 (%s)',
  (backend, kvType, llamaCpp) => {
    const shape = stockShape('31b', 'Q4_0');
    const layout = layeredLayout(60, 61, [1]);
    const at = (context: number) =>
      graphComputeBytes(shape, load(context, { backend, kvType, llamaCpp }), layout, 1).devices[0] ?? 0;
    const masks = 2 * 512;
    const copies = 2 * 2 * 4 * 512;
    expect(at(262_144) - at(131_072)).toBe(131_072 * (masks + copies));
  },
);

it('an f16 cache is not copied on CUDA, nor on Metal before b10630', () => {
  const whole31b = layeredLayout(60, 61, [1]);
  const at = (more: object) =>
    graphComputeBytes(stockShape('31b', 'Q4_0'), load(131_072, more), whole31b, 1).devices[0] ?? 0;
  expect(at({ backend: 'cuda' })).toBe(at({}));
  expect(at({ backend: 'metal', llamaCpp: 'b10488' })).toBe(at({}));
});

it('a pipeline keeps the masks of four batches, on devices and in host memory', () => {
  const two = layeredLayout(48, 49, [1, 1]);
  const at = (context: number, copies: number) => graphComputeBytes(dense, load(context), two, copies);
  const mask = 8192 * 2 * 512;
  for (const copies of [1, 4]) {
    const [short, long] = [at(8192, copies), at(16_384, copies)];
    expect(long.devices.map((bytes, index) => bytes - (short.devices[index] ?? 0))).toEqual([
      copies * mask,
      copies * mask,
    ]);
    expect(long.host - short.host).toBe(copies * mask);
  }
});

it('an answer does not depend on what was asked before', () => {
  const asked = fc.record({
    variant: fc.constantFrom(...variantIds),
    contextTokens: fc.constantFrom(4096, 20_000, 65_536),
    kvType: fc.constantFrom('f16', 'q8_0') as fc.Arbitrary<'f16' | 'q8_0'>,
    onDevices: fc.nat(60),
    shares: fc.constantFrom([1], [1, 1], [3, 1]),
  });
  const answer = ({
    variant,
    contextTokens,
    kvType,
    onDevices,
    shares,
  }: typeof asked extends fc.Arbitrary<infer T> ? T : never) => {
    const shape = stockShape(variant, 'Q4_K_M');
    const blocks = shape.architecture.layers;
    const layout = layeredLayout(blocks, Math.min(onDevices, blocks + 1), shares);
    return graphComputeBytes({ ...shape, weights: { ...shape.weights } }, load(contextTokens, { kvType }), layout, 1);
  };
  const shapes = new Map(variantIds.map((variant) => [variant, stockShape(variant, 'Q4_K_M')]));
  fc.assert(
    fc.property(asked, (question) => {
      const shape = shapes.get(question.variant)!;
      const blocks = shape.architecture.layers;
      const layout = layeredLayout(blocks, Math.min(question.onDevices, blocks + 1), question.shares);
      const again = graphComputeBytes(shape, load(question.contextTokens, { kvType: question.kvType }), layout, 1);
      expect(again).toEqual(answer(question));
    }),
    { numRuns: 40 },
  );
});
