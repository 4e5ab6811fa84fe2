import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { placeModel } from '../../src/model/fit/place.ts';
import { estimateShape } from '../../src/model/memory/estimate.ts';
import { graphComputeBytes } from '../../src/model/memory/graph/compute.ts';
import { layeredLayout } from '../../src/model/memory/layout.ts';
import { completeLoad } from '../../src/model/memory/load.ts';
import { type ModelShape, stockShape } from '../../src/model/memory/shape.ts';
import type { KvType, Quantization, VariantId } from '../../src/model/types.ts';
import { error } from './golden.ts';

/** What llama.cpp v0.5.0 logged on an NVIDIA H100 (the first line of each file says more), MiB. */
interface CardBuffers {
  variant: VariantId;
  quantization: Quantization;
  contextTokensPerSequence: number;
  sequences: number;
  microBatch: number;
  kvType: KvType;
  kvCacheMiB: number;
  computeMiB: number;
  hostComputeMiB: number;
}
interface GridRow extends CardBuffers {
  /** Only the first layers of the model are in the file; null: all. */
  layersInFile: number | null;
  flashAttention: boolean;
}
interface WholeRow extends CardBuffers {
  id: string;
  freeMiB: number;
  marginMiB: number;
  weightsMiB: number;
  gpuLayers: number;
  overflowingLayers: number;
}

const MiB = 2 ** 20;
const rowsOf = <Row>(file: string): Row[] =>
  readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line));

const grid = rowsOf<GridRow>('real-card-buffers.jsonl');
const whole = rowsOf<WholeRow>('real-card.jsonl');

const cut = (shape: ModelShape, layers: number | null): ModelShape =>
  layers === null
    ? shape
    : {
        ...shape,
        architecture: { ...shape.architecture, layers },
        weights: { ...shape.weights, layers: shape.weights.layers.slice(0, layers) },
      };

const loadOf = ({ sequences, microBatch, kvType, contextTokensPerSequence }: CardBuffers) => ({
  ...{ sequences, microBatch, kvType, backend: 'cuda' as const, engine: 'v0.5.0' as const },
  contextTokensTotal: contextTokensPerSequence * sequences,
});

/** The parts that are off by more than 0.1 %. */
const wrong = (parts: Record<string, [bytes: number, loggedMiB: number]>) =>
  Object.entries(parts)
    .filter(([, [bytes, logged]]) => error(bytes / MiB, logged) > 0.001)
    .map(([part, [bytes, logged]]) => `${part} ${(bytes / MiB).toFixed(2)}, logged ${logged}`);

describe('buffers on a real card, within 0.1 %', () => {
  it('buffers on a real card were logged for 91 loads that lie on the GPU as a whole', () => {
    expect(grid).toHaveLength(91);
  });

  it.each(grid)(
    '$variant $kvType context $contextTokensPerSequence x $sequences, micro-batch $microBatch, flash attention $flashAttention',
    (row) => {
      const shape = cut(stockShape(row.variant, row.quantization), row.layersInFile);
      const load = completeLoad({ ...loadOf(row), flashAttention: row.flashAttention });
      const { layers } = shape.architecture;
      const { host, devices } = graphComputeBytes(shape, load, layeredLayout(layers, layers + 1, [1]), 1);
      expect(
        wrong({
          'KV cache': [estimateShape(shape, load).device.kvCacheBytes, row.kvCacheMiB],
          compute: [devices[0] ?? 0, row.computeMiB],
          'host compute': [host, row.hostComputeMiB],
        }),
      ).toEqual([]);
    },
  );
});

describe('whole models on a real card, with layers and experts in RAM where little is free', () => {
  it.each(whole)('$id', (row) => {
    const { contextTokensTotal: contextTokens, ...load } = loadOf(row);
    const placed = placeModel({
      ...{ variant: row.variant, quantization: row.quantization, contextTokens, ...load },
      devices: [{ freeBytes: row.freeMiB * MiB, marginBytes: row.marginMiB * MiB }],
    });
    const [device] = placed.devices;
    expect(placed).toMatchObject({ gpuLayers: row.gpuLayers, overflowingLayers: row.overflowingLayers });
    expect(
      wrong({
        weights: [device?.weightsBytes ?? 0, row.weightsMiB],
        'KV cache': [device?.kvCacheBytes ?? 0, row.kvCacheMiB],
        compute: [device?.computeBytes ?? 0, row.computeMiB],
        'host compute': [placed.host.computeBytes, row.hostComputeMiB],
      }),
    ).toEqual([]);
  });
});
