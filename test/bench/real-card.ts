import { readFileSync } from 'node:fs';
import { deviceBandwidth, findDevice } from '../../src/data/tables.ts';
import { placeModel } from '../../src/model/fit/place.ts';
import { stockShape } from '../../src/model/memory/shape.ts';
import { predictShapeSpeed } from '../../src/model/speed/speed.ts';
import type { KvType, Quantization, VariantId } from '../../src/model/types.ts';
import { formatSignedPercent } from '../../src/report/units.ts';

const MiB = 2 ** 20;

/** One load on the card, as test/data/real-card.jsonl keeps it: sizes in MiB of llama.cpp's log, what the process took by nvidia-smi. */
export interface CardLoad {
  id: string;
  variant: VariantId;
  quantization: Quantization;
  contextTokensPerSequence: number;
  sequences: number;
  microBatch: number;
  kvType: KvType;
  vision: boolean;
  freeMiB: number;
  marginMiB: number;
  weightsMiB: number;
  kvCacheMiB: number;
  computeMiB: number;
  gpuLayers: number;
  overflowingLayers: number;
  takenMiB: number;
  takenAfterBatchMiB: number;
  tokensPerSecond: number;
  depthTokens: number;
  tokensPerSecondAtDepth: number;
}

export interface CardRow {
  load: CardLoad;
  predicted: { totalMiB: number; gpuLayers: number; overflowingLayers: number };
  measuredTotalMiB: number;
  /** Told for the layers that ran, at the depth of the measurement. */
  speed: { low: number; high: number };
}

interface Card {
  card: string;
  totalMiB: number;
  computeCapability: string;
  ramBytesPerSecondCopied: number;
}

/** The loads of test/data/real-card.jsonl beside what the model tells for them. */
export function cardRows(): CardRow[] {
  const [card, ...loads] = readFileSync(new URL('../data/real-card.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line)) as [Card, ...CardLoad[]];
  return loads.map((load) => rowOf(card, load));
}

function rowOf(card: Card, load: CardLoad): CardRow {
  const { variant, quantization, sequences, microBatch, kvType, freeMiB, marginMiB } = load;
  const { devices, gpuLayers, overflowingLayers } = placeModel({
    ...{ variant, quantization, sequences, microBatch, kvType, flashAttention: true, engine: 'v0.5.0' as const },
    backend: 'cuda',
    contextTokens: load.contextTokensPerSequence * sequences,
    devices: [{ freeBytes: freeMiB * MiB, marginBytes: marginMiB * MiB }],
  });
  const spec = findDevice(card.card);
  if (spec === null) throw new Error(`data/devices.json has no ${card.card}.`);
  const bandwidthBytesPerSecond = deviceBandwidth(spec);
  const { weightsBytes = 0, kvCacheBytes = 0, computeBytes = 0 } = devices[0] ?? {};
  const band = predictShapeSpeed({
    shape: stockShape(variant, quantization),
    kvType,
    depthTokens: load.depthTokens,
    devices: [
      {
        ...{ backend: 'cuda', bandwidthBytesPerSecond, name: card.card, architecture: card.computeCapability },
        ...{ memoryBytes: card.totalMiB * MiB, layers: load.gpuLayers },
      },
    ],
    host: {
      ...{ bandwidthBytesPerSecond: card.ramBytesPerSecondCopied, bandwidthBasis: 'measured' },
      ...{ features: ['avx2', 'avx512f'], brand: 'Intel(R) Xeon(R) Processor', cores: 16, sockets: 1 },
    },
    overflowingLayers: load.overflowingLayers,
  });
  return {
    load,
    predicted: { totalMiB: (weightsBytes + kvCacheBytes + computeBytes) / MiB, gpuLayers, overflowingLayers },
    measuredTotalMiB: load.weightsMiB + load.kvCacheMiB + load.computeMiB,
    speed: { low: band?.lowTokensPerSecond ?? 0, high: band?.highTokensPerSecond ?? 0 },
  };
}

/** The table of README.md, between its marks. */
export function cardTable(rows: readonly CardRow[]): string {
  const head =
    '| load | free before | told | llama.cpp took | layers told | layers | tok/s told | tok/s |\n| --- | --- | --- | --- | --- | --- | --- | --- |';
  return [head, ...rows.map(lineOf)].join('\n');
}

function lineOf({ load, predicted, measuredTotalMiB, speed }: CardRow): string {
  const cells = [
    nameOf(load),
    `${load.freeMiB} MiB`,
    `${predicted.totalMiB.toFixed(0)} MiB`,
    `${measuredTotalMiB.toFixed(0)} MiB (${formatSignedPercent(predicted.totalMiB / measuredTotalMiB - 1, 2)})`,
    layersOf(predicted),
    layersOf(load),
    `${speed.low.toFixed(0)} to ${speed.high.toFixed(0)}`,
    load.tokensPerSecondAtDepth.toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}

function nameOf({ variant, quantization, contextTokensPerSequence, sequences, kvType, vision }: CardLoad): string {
  const context = `${contextTokensPerSequence / 1024}K${sequences > 1 ? ` x ${sequences}` : ''}`;
  return [`${variant} ${quantization}`, context, kvType === 'f16' ? '' : kvType, vision ? 'with images' : '']
    .filter((part) => part !== '')
    .join(', ');
}

function layersOf({ gpuLayers, overflowingLayers }: { gpuLayers: number; overflowingLayers: number }): string {
  return overflowingLayers > 0 ? `${gpuLayers}, experts of ${overflowingLayers} in RAM` : String(gpuLayers);
}
