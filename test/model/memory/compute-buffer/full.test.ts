import { describe, expect, it } from 'vitest';
import { engines, variantIds } from '../../../../src/data/ids.ts';
import {
  cpuComputeBytes,
  fullComputeBytes,
  hasCpuForm,
  hostComputeBytes,
} from '../../../../src/model/memory/compute-buffer/full.ts';
import { graphComputeBytes } from '../../../../src/model/memory/graph/compute.ts';
import { layeredLayout } from '../../../../src/model/memory/layout.ts';
import { completeLoad, type OpenLoad } from '../../../../src/model/memory/load.ts';
import { stockShape } from '../../../../src/model/memory/shape.ts';

const loads: [string, Partial<OpenLoad>][] = [
  ['f16', {}],
  ['q8_0 in two sequences', { kvType: 'q8_0', sequences: 2 }],
  ['without flash attention', { flashAttention: false, contextTokensTotal: 20_000 }],
  ['on CUDA', { backend: 'cuda', contextTokensTotal: 131_072, microBatch: 2048, sequences: 2 }],
  ['on Metal, at 128K', { backend: 'metal', contextTokensTotal: 131_072, sequences: 2 }],
  ['q8_0 on Metal, at 128K', { backend: 'metal', kvType: 'q8_0', contextTokensTotal: 131_072 }],
  ['on ROCm, before it fused anything', { backend: 'rocm', llamaCpp: 'b10688' }],
];

describe.each(engines)('the closed forms, under llama.cpp %s,', (engine) => {
  it.each(variantIds.flatMap((variant) => loads.map(([name, change]) => ({ variant, name, change }))))(
    'the closed forms are what the graph of $variant takes: $name',
    ({ variant, change }) => {
      const shape = stockShape(variant, 'Q4_K_M');
      const load = completeLoad({ contextTokensTotal: 8192, engine, ...change });
      const blocks = shape.architecture.layers;
      const whole = graphComputeBytes(shape, load, layeredLayout(blocks, blocks + 1, [1]), 1);
      expect(fullComputeBytes(shape, load)).toBe(whole.devices[0]);
      expect(hostComputeBytes(shape, load)).toBe(whole.host);
    },
  );

  it.each(variantIds)(
    'the closed forms are what the graph of %s takes without a device, for any batch they are for',
    (variant) => {
      const shape = stockShape(variant, 'Q4_K_M');
      const onCpu = layeredLayout(shape.architecture.layers, 0, []);
      const changes: Partial<OpenLoad>[] = [
        {},
        { microBatch: 64, sequences: 2 },
        { kvType: 'q8_0', microBatch: 2048, contextTokensTotal: 131_072 },
        { kvType: 'q4_0', sequences: 4, kvUnified: true, microBatch: 160 },
        { swaFull: true, contextTokensTotal: 4096 },
      ];
      for (const change of changes) {
        const load = completeLoad({ contextTokensTotal: 8192, engine, ...change });
        expect(hasCpuForm(load)).toBe(true);
        expect(cpuComputeBytes(shape, load)).toBe(graphComputeBytes(shape, load, onCpu, 1).host);
      }
      for (const change of [{ microBatch: 32 }, { microBatch: 100 }, { flashAttention: false }]) {
        expect(hasCpuForm(completeLoad({ contextTokensTotal: 8192, engine, ...change }))).toBe(false);
      }
    },
  );
});
