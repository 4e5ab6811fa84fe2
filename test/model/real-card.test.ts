import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CpuFeature } from '../../src/data/ids.ts';
import { placeModel } from '../../src/model/fit/place.ts';
import { drafterBuffers } from '../../src/model/memory/drafter.ts';
import { estimateMemory, estimateShape } from '../../src/model/memory/estimate.ts';
import { graphComputeBytes } from '../../src/model/memory/graph/compute.ts';
import { layeredLayout } from '../../src/model/memory/layout.ts';
import { completeLoad } from '../../src/model/memory/load.ts';
import { type ModelShape, stockShape } from '../../src/model/memory/shape.ts';
import { predictShapeSpeed } from '../../src/model/speed/speed.ts';
import type { KvType, Quantization, VariantId } from '../../src/model/types.ts';
import { error } from './golden.ts';

/** What llama.cpp v0.5.0 logged on an NVIDIA H100 or H200 (the first line of each file says more), MiB. */
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
  draft?: { computeMiB: number; hostComputeMiB: number };
}
/** Without a GPU. */
interface CpuRow extends Omit<CardBuffers, 'hostComputeMiB' | 'sequences' | 'kvType'> {
  id: string;
  tokensPerSecond: number;
  depthTokens: number;
  tokensPerSecondAtDepth: number;
}

const MiB = 2 ** 20;
const linesOf = <Lines>(file: string): Lines =>
  readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line)) as Lines;
const rowsOf = <Row>(file: string): Row[] => linesOf<Row[]>(file).slice(1);

const grid = rowsOf<GridRow>('real-card-buffers.jsonl');
const whole = ['real-card.jsonl', 'real-card-h200.jsonl'].flatMap((file) =>
  rowsOf<WholeRow>(file).map((row) => ({ ...row, file })),
);
const onCpu = rowsOf<CpuRow>('real-cpu.jsonl');

const cut = (shape: ModelShape, layers: number | null): ModelShape =>
  layers === null
    ? shape
    : {
        ...shape,
        architecture: { ...shape.architecture, layers },
        weights: { ...shape.weights, layers: shape.weights.layers.slice(0, layers) },
      };

const [{ cpu, cores, features, ramBytesPerSecondCopied }] =
  linesOf<[{ cpu: string; cores: number; features: CpuFeature[]; ramBytesPerSecondCopied: number }]>('real-cpu.jsonl');
const processor = {
  ...{ brand: cpu, cores, features, sockets: 1 },
  ...{ bandwidthBytesPerSecond: ramBytesPerSecondCopied, bandwidthBasis: 'measured' as const },
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
  it.each(whole)('$id ($file)', (row) => {
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

it.each(whole.flatMap((row) => (row.draft === undefined ? [] : [{ ...row, draft: row.draft }])))(
  'buffers of the draft model on a real card: $id, within 2 %',
  ({ draft, ...row }) => {
    const load = completeLoad({ ...loadOf(row), flashAttention: true });
    const { deviceBytes, hostBytes } = drafterBuffers(stockShape(row.variant, row.quantization), load, 'last');
    expect(error(deviceBytes / MiB, draft.computeMiB)).toBeLessThan(0.02);
    expect(error(hostBytes / MiB, draft.hostComputeMiB)).toBeLessThan(0.001);
  },
);

describe('whole models on the processor of a real server', () => {
  it.each(onCpu)('$id takes the buffers that are told, and runs at the speed that is told', (row) => {
    const { variant, quantization, contextTokensPerSequence: contextTokens, microBatch } = row;
    const { host } = estimateMemory({ variant, quantization, contextTokens, microBatch, gpuLayers: 'none' });
    expect(
      wrong({ 'KV cache': [host.kvCacheBytes, row.kvCacheMiB], compute: [host.computeBytes, row.computeMiB] }),
    ).toEqual([]);
    const told = (depthTokens: number) =>
      predictShapeSpeed({
        ...{ shape: stockShape(variant, quantization), kvType: 'f16' as const, depthTokens },
        ...{ devices: [], overflowingLayers: 0, sampled: false, host: processor },
      });
    for (const [depth, measured] of [
      [512, row.tokensPerSecond],
      [row.depthTokens, row.tokensPerSecondAtDepth],
    ] as const) {
      expect(measured).toBeGreaterThan(told(depth)?.lowTokensPerSecond ?? Number.POSITIVE_INFINITY);
      expect(measured).toBeLessThan(told(depth)?.highTokensPerSecond ?? 0);
    }
  });
});
