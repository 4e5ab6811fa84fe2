import { readFileSync } from 'node:fs';
import type { SpeedForms } from '../../src/data/speed-schema.ts';
import { speedForms } from '../../src/data/speeds.ts';
import { deviceBandwidth, findDevice } from '../../src/data/tables.ts';
import { placeModel } from '../../src/model/fit/place.ts';
import { stockShape } from '../../src/model/memory/shape.ts';
import { predictByFormula } from '../../src/model/speed/speed.ts';
import type { KvType, Quantization, VariantId } from '../../src/model/types.ts';
import { formatSignedPercent } from '../../src/report/units.ts';

const MiB = 2 ** 20;

/** One load on a card, as test/data/real-card*.jsonl keep it: sizes in MiB of llama.cpp's log, what the process took by nvidia-smi. */
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
  hostComputeMiB: number;
  gpuLayers: number;
  overflowingLayers: number;
  takenMiB: number;
  takenAfterBatchMiB: number;
  tokensPerSecond: number;
  depthTokens: number;
  tokensPerSecondAtDepth: number;
  /** A draft model of random weights whose drafts were accepted as often as llama-server was told to (--spec-synth-len). */
  draft?: {
    draftTokens: number;
    weightsMiB: number;
    computeMiB: number;
    hostComputeMiB: number;
    tokensPerStepAtDepth: number;
  };
}

export interface CardRow {
  load: CardLoad;
  predicted: { totalMiB: number; gpuLayers: number; overflowingLayers: number };
  measuredTotalMiB: number;
  /** Told for the layers that ran, at the depth of the measurement. */
  speed: { low: number; expected: number; high: number };
  /** The same without what this card's own rows added to data/speed-forms.json; null: all constants of its class are from it. */
  leftOut: CardRow['speed'] | null;
}

export interface Card {
  card: string;
  totalMiB: number;
  computeCapability: string;
  driver: string;
  ramBytesPerSecondCopied: number;
}

export const cardFiles = ['real-card.jsonl', 'real-card-h200.jsonl'] as const;
export type CardFile = (typeof cardFiles)[number];

/** The loads of a file of test/data beside what the model tells for them. */
export function cardRows(file: CardFile): { card: Card; rows: CardRow[] } {
  const [card, ...loads] = readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line)) as [Card, ...CardLoad[]];
  const isFitted = file === 'real-card.jsonl';
  return { card, rows: loads.map((load) => rowOf(card, load, isFitted)) };
}

function rowOf(card: Card, load: CardLoad, isFitted: boolean): CardRow {
  const { variant, quantization, sequences, microBatch, kvType, freeMiB, marginMiB } = load;
  const { devices, gpuLayers, overflowingLayers } = placeModel({
    ...{ variant, quantization, sequences, microBatch, kvType, flashAttention: true, engine: 'v0.5.0' as const },
    backend: 'cuda',
    contextTokens: load.contextTokensPerSequence * sequences,
    devices: [{ freeBytes: freeMiB * MiB, marginBytes: marginMiB * MiB }],
  });
  const { weightsBytes = 0, kvCacheBytes = 0, computeBytes = 0 } = devices[0] ?? {};
  return {
    load,
    predicted: { totalMiB: (weightsBytes + kvCacheBytes + computeBytes) / MiB, gpuLayers, overflowingLayers },
    measuredTotalMiB: load.weightsMiB + load.kvCacheMiB + load.computeMiB,
    speed: speedOf(card, load, speedForms),
    leftOut: isFitted ? null : speedOf(card, load, withoutH200(speedForms)),
  };
}

/** What the rows of the H200 changed: the most that the class reads, what several columns cost, and what a CPU reaches of a measured rate. */
function withoutH200(forms: SpeedForms): SpeedForms {
  const { drafting, measuredRam } = forms;
  return {
    ...forms,
    measuredRam: { ...measuredRam, efficiency: 0.85, band: { low: 0.54, high: 1.2 } },
    forms: forms.forms.map(({ mostBytesPerSecond: _, ...form }) => form),
    drafting: { ...drafting, costs: drafting.costs.filter(({ source }) => !source.includes('H200')) },
  };
}

function speedOf(card: Card, load: CardLoad, forms: SpeedForms): CardRow['speed'] {
  const spec = findDevice(card.card);
  if (spec === null) throw new Error(`data/devices.json has no ${card.card}.`);
  const { variant, quantization, kvType, depthTokens, draft, overflowingLayers } = load;
  const question = {
    ...{ shape: stockShape(variant, quantization), kvType, depthTokens, overflowingLayers },
    draftTokens: draft?.draftTokens ?? 0,
    devices: [
      {
        ...{ backend: 'cuda' as const, bandwidthBytesPerSecond: deviceBandwidth(spec), name: card.card },
        ...{ architecture: card.computeCapability, memoryBytes: card.totalMiB * MiB, layers: load.gpuLayers },
      },
    ],
    host: {
      ...{ bandwidthBytesPerSecond: card.ramBytesPerSecondCopied, bandwidthBasis: 'measured' as const },
      ...{ features: ['avx2', 'avx512f'] as const, brand: 'Intel(R) Xeon(R) Processor', cores: 16, sockets: 1 },
    },
  };
  const band = predictByFormula(question, draft === undefined ? forms : accepting(draft, forms));
  if (band === null) throw new Error(`No speed is told for ${load.id}.`);
  const { lowTokensPerSecond: low, expectedTokensPerSecond: expected, highTokensPerSecond: high } = band;
  return { low, expected, high };
}

/** The drafts accepted that the run accepted: each counts if all before it did, so the tokens of a step are a sum of powers. */
function accepting({ draftTokens, tokensPerStepAtDepth }: NonNullable<CardLoad['draft']>, forms: SpeedForms) {
  let [low, high] = [0, 1];
  for (let turn = 0; turn < 50; turn++) {
    const share = (low + high) / 2;
    let tokens = 1;
    for (let draft = 1; draft <= draftTokens; draft++) tokens += share ** draft;
    if (tokens < tokensPerStepAtDepth) low = share;
    else high = share;
  }
  const { acceptance } = forms.drafting;
  const accepted = { ...acceptance, low, expected: low, high: low };
  return { ...forms, drafting: { ...forms.drafting, acceptance: accepted } };
}

/** The table of docs/real-cards.md. */
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

function nameOf(load: CardLoad): string {
  const { variant, quantization, contextTokensPerSequence, sequences, kvType, vision, draft } = load;
  const context = `${contextTokensPerSequence / 1024}K${sequences > 1 ? ` x ${sequences}` : ''}`;
  const more = [kvType === 'f16' ? '' : kvType, vision ? 'with images' : '', draft === undefined ? '' : 'draft model'];
  return [`${variant} ${quantization}`, context, ...more].filter((part) => part !== '').join(', ');
}

function layersOf({ gpuLayers, overflowingLayers }: { gpuLayers: number; overflowingLayers: number }): string {
  return overflowingLayers > 0 ? `${gpuLayers}, experts of ${overflowingLayers} in RAM` : String(gpuLayers);
}

/** The table of README.md: a line for each card. */
export function cardSummary(): string {
  const head = '| card | loads | largest error in bytes | same layers | speed inside the range | median speed error |';
  return [head, '| --- | --- | --- | --- | --- | --- |', ...cardFiles.map(summaryLine)].join('\n');
}

function summaryLine(file: CardFile): string {
  const { card, rows } = cardRows(file);
  const bytes = Math.max(...rows.map((row) => Math.abs(row.predicted.totalMiB / row.measuredTotalMiB - 1)));
  const same = rows.filter(({ load, predicted }) => layersOf(load) === layersOf(predicted)).length;
  const fitted = speedCells(rows.map(({ load, speed }) => [load.tokensPerSecondAtDepth, speed]));
  const unseen = rows.flatMap(({ load, leftOut }) =>
    leftOut === null ? [] : [[load.tokensPerSecondAtDepth, leftOut] as const],
  );
  const [inside, error] = unseen.length === 0 ? fitted : speedCells(unseen);
  const how = unseen.length === 0 ? 'fitted on them' : `left out; ${fitted[0]} and ${fitted[1]} since`;
  return `| ${card.card} | ${rows.length} | ${(bytes * 100).toFixed(3)} % | ${same} of ${rows.length} | ${inside} | ${error} (${how}) |`;
}

function speedCells(pairs: readonly (readonly [measured: number, told: CardRow['speed']])[]): [string, string] {
  const inside = pairs.filter(([measured, { low, high }]) => measured >= low && measured <= high).length;
  const errors = pairs.map(([measured, { expected }]) => Math.abs(expected / measured - 1)).sort((a, b) => a - b);
  return [`${inside} of ${pairs.length}`, `${((errors[errors.length >> 1] ?? 0) * 100).toFixed(0)} %`];
}
