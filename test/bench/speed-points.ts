import { variantOf } from '../../src/data/tables.ts';
import { processOverheadBytes } from '../../src/machine/overhead.ts';
import { placeShape } from '../../src/model/fit/place.ts';
import { stockShape } from '../../src/model/memory/shape.ts';
import { shapeOfFile } from '../../src/model/speed/file-shape.ts';
import type { SpeedDevice } from '../../src/model/speed/hardware.ts';
import type { SpeedQuestion } from '../../src/model/speed/speed.ts';
import { usualDraftTokens } from '../../src/model/speed/speed.ts';
import { type KvType, type Quantization, type VariantId, variantIds } from '../../src/model/types.ts';
import { parseCsv } from './csv.ts';
import { type Hardware, hardwareOf } from './hardware-words.ts';

export const families = [
  'CUDA',
  'Pascal',
  'ROCm',
  'Vulkan and SYCL',
  'Metal, GGUF',
  'CPU',
  'layer split over GPUs',
  'split GPU and CPU',
  'draft model (MTP)',
] as const;
export type Family = (typeof families)[number];

/** One measurement by others, as a question to the predictor. */
export interface SpeedPoint {
  question: SpeedQuestion;
  family: Family;
  /** Chips and processor: rows of one owner, and of other owners of the same. */
  machine: string;
  hardware: string;
  label: string;
  tokensPerSecond: number;
  promptTokensPerSecond: number | null;
  source: string;
}

export interface SpeedTable {
  points: SpeedPoint[];
  /** Rows that no prediction is made for, by reason. */
  skipped: Record<string, number>;
}

type Row = Record<string, string>;
const backends = ['cuda', 'metal', 'rocm', 'vulkan', 'sycl', 'cpu'];

/** Rows of a table of measurements that say enough to ask for a prediction; the others are counted. */
export function readSpeedPoints(csv: string): SpeedTable {
  const table: SpeedTable = { points: [], skipped: {} };
  for (const row of parseCsv(csv)) {
    const point = pointOf(row);
    if (typeof point === 'string') table.skipped[point] = (table.skipped[point] ?? 0) + 1;
    else table.points.push(point);
  }
  return table;
}

function pointOf(row: Row): SpeedPoint | string {
  const reason = setAside(row);
  if (reason !== null) return reason;
  const hardware = hardwareOf(row.hardware ?? '', bandwidthOf(row), row.offload ?? '');
  const shape = shapeOf(row);
  const placed = placedOf(row, hardware, shape);
  if (placed === null) return 'the hardware is not named';
  const question: SpeedQuestion = {
    shape,
    depthTokens: depthOf(row.depth_or_ctx ?? '', row.note ?? ''),
    kvType: kvOf(row),
    devices: placed.devices,
    host: hardware.host,
    overflowingLayers: placed.overflowingLayers,
    draftTokens: draftTokensOf(row),
    sampled: /^(ollama|lmstudio|koboldcpp|llama-server)/.test(row.runtime ?? '') || draftTokensOf(row) > 0,
    engine: /^ollama 0\.2\d/.test(row.runtime ?? '') ? 'ollama-own' : 'llama.cpp',
  };
  return {
    question,
    family: familyOf(row, question, hardware),
    machine: hardware.machine,
    hardware: row.hardware ?? '',
    label: `${row.variant} ${row.quant} at ${row.depth_or_ctx}, ${row.runtime}`,
    tokensPerSecond: Number(row.tg_tps),
    promptTokensPerSecond: promptRateOf(row),
    source: row.source ?? '',
  };
}

function setAside({
  backend = '',
  runtime = '',
  offload = '',
  hardware = '',
  tg_tps = '',
  note = '',
  quant = '',
  variant = '',
}: Row): string | null {
  if (!(Number(tg_tps) > 0)) return 'no speed of answers';
  if (!variantIds.includes(variant as VariantId)) return 'no model of Gemma 4';
  if (/mlx/.test(backend) || /mlx|nvfp4|mxfp/i.test(quant)) return 'MLX, which has its own model';
  if (/vllm/.test(runtime)) return 'vLLM';
  if (!backends.includes(backendOf(backend))) return 'the backend is not stated';
  const excluded = /EXCLUDED from fit: (.*)/.exec(note)?.[1] ?? '';
  if (excluded !== '' && !/^(multi-GPU|partial|compute-bound)$/.test(excluded))
    return 'set aside by those who collected it';
  if (/tensor/.test(offload + hardware)) return 'split by tensors, which Ollama does not do';
  return null;
}

/** Where the table says that both libraries gave the figure, the first. */
const backendOf = (text: string) => text.split('|')[0] ?? '';
const bandwidthOf = ({ bandwidth_gb_s = '' }: Row) =>
  Number(bandwidth_gb_s) > 0 ? Number(bandwidth_gb_s) * 1e9 : null;

function shapeOf({ variant = '', quant = '', note = '' }: Row) {
  const stock = stockShape(variant as VariantId, stockOf(quant));
  return shapeOfFile(stock, { fileBytes: gibibytes(note), mixed: isMixed(variant, quant) });
}

/** Unsloth's UD files of 26b keep everything but the experts at eight bits; its QAT ones are Q4_0 throughout. */
export function isMixed(variant: string, quant: string): boolean {
  return variant === '26b' && quant.includes('UD') && !quant.includes('QAT') && stockOf(quant) !== 'BF16';
}

/** Stock recipe of about the same width as the file's. */
export function stockOf(quant: string): Quantization {
  const rules: [RegExp, Quantization][] = [
    [/BF16|F16/, 'BF16'],
    [/Q8/, 'Q8_0'],
    [/Q6/, 'Q6_K'],
    [/Q5/, 'Q5_K_M'],
    [/QAT|^Q4_0$/, 'Q4_0'],
    [/IQ4/, 'IQ4_XS'],
    [/Q4_K_S/, 'Q4_K_S'],
    [/Q3/, 'Q3_K_M'],
    [/Q2/, 'Q2_K'],
  ];
  return rules.find(([pattern]) => pattern.test(quant))?.[1] ?? 'Q4_K_M';
}

const kvOf = ({ kv = '' }: Row) => (['q8_0', 'q4_0'].includes(kv) ? kv : 'f16') as KvType;

interface PlacedRow {
  devices: SpeedDevice[];
  overflowingLayers: number;
}

/** What lies where, as the row says; where it only says "partial", as llama.cpp's fit would place it. */
function placedOf(row: Row, { gpus, host }: Hardware, shape: SpeedQuestion['shape']): PlacedRow | null {
  const { offload = '' } = row;
  const blocks = shape.architecture.layers;
  if (row.backend === 'cpu' || /ngl 0$/.test(offload)) {
    return host.bandwidthBytesPerSecond === null ? null : { devices: [], overflowingLayers: 0 };
  }
  if (gpus.length === 0) return null;
  const on = (layers: readonly number[], overflowingLayers: number): PlacedRow => ({
    devices: gpus.map((gpu, index) => ({
      ...gpu,
      backend: backendOf(row.backend ?? '') as SpeedDevice['backend'],
      layers: layers[index] ?? 0,
    })),
    overflowingLayers,
  });
  const whole = evenly(blocks + 1, gpus.length);
  if (/^full/.test(offload)) return on(whole, 0);
  if (/^all experts/.test(offload)) return on(whole, blocks);
  const [, some] = /^experts of (\d+) of/.exec(offload) ?? [];
  if (some !== undefined) return on(whole, Number(some));
  const [, layers, experts] = /^(?:-ngl )?(\d+)(?: of \d+ layers)?(, experts)?/.exec(offload) ?? [];
  if (layers !== undefined) return on([Number(layers)], experts === undefined ? 0 : Number(layers));
  return byFit(row, gpus, shape, on);
}

function evenly(layers: number, gpus: number): number[] {
  return Array.from(
    { length: gpus },
    (_, at) => Math.floor((layers * (at + 1)) / gpus) - Math.floor((layers * at) / gpus),
  );
}

function byFit(
  { offload = '', runtime = '', depth_or_ctx = '', variant, kv = '', backend = '' }: Row,
  gpus: Hardware['gpus'],
  shape: SpeedQuestion['shape'],
  on: (layers: number[], overflowingLayers: number) => PlacedRow,
): PlacedRow | null {
  const told = /([\d.]+) GB free/.exec(offload)?.[1];
  const beside =
    // Ollama's tags bring their projector along, which lies on the GPU too.
    processOverheadBytes(backend as SpeedDevice['backend']) +
    (runtime.startsWith('ollama') ? variantOf(variant as VariantId).projector.fileBytes : 0);
  const targets = gpus.map(({ memoryBytes }) => ({
    freeBytes: Math.max(0, (told === undefined ? (memoryBytes ?? 0) : Number(told) * 2 ** 30) - beside),
    marginBytes: 2 ** 30,
  }));
  const contextTokensTotal = Number(/ctx (\d+)/.exec(depth_or_ctx)?.[1] ?? 4096);
  const placed = placeShape(shape, { contextTokensTotal, kvType: kvOf({ kv }) }, targets);
  return on(
    placed.devices.map(({ layers }) => layers),
    placed.overflowingLayers,
  );
}

function familyOf(
  { backend = '' }: Row,
  { devices, overflowingLayers, draftTokens, shape }: SpeedQuestion,
  { pascal }: Hardware,
): Family {
  if ((draftTokens ?? 0) > 0) return 'draft model (MTP)';
  if (devices.length === 0) return 'CPU';
  const layers = devices.reduce((sum, device) => sum + device.layers, 0);
  if (overflowingLayers > 0 || layers <= shape.architecture.layers) return 'split GPU and CPU';
  if (devices.length > 1) return 'layer split over GPUs';
  if (pascal) return 'Pascal';
  const names = { cuda: 'CUDA', rocm: 'ROCm', metal: 'Metal, GGUF' } as const;
  return names[backendOf(backend) as keyof typeof names] ?? 'Vulkan and SYCL';
}

/** Shorter prompts show the time of one pass, not a rate. */
const leastPrompt = 256;

function promptRateOf({ pp_tps = '', note = '' }: Row): number | null {
  const tokens = /prompt (\d+) out/.exec(note)?.[1];
  return tokens !== undefined && Number(tokens) < leastPrompt ? null : Number(pp_tps) || null;
}

/** Length of the drafts where a draft model worked; Ollama's default where the row does not say. */
function draftTokensOf({ note = '', hardware = '' }: Row): number {
  const text = `${hardware}; ${note}`;
  if (!/\bMTP\b/.test(text) || /\bno MTP\b|without draft/.test(text)) return 0;
  return Number(/\bn=(\d+)/.exec(note)?.[1] ?? usualDraftTokens);
}

/** The depth as it stands; where only a context size is given, half of what was really in it. */
function depthOf(text: string, note: string): number {
  const counts = /prompt (\d+) out (\d+)/.exec(note);
  if (!text.startsWith('ctx')) return Number(text || 0);
  return counts === null ? 0 : Number(counts[1]) + Number(counts[2]) / 2;
}

function gibibytes(note: string): number | null {
  const found = /file ([\d.]+) GiB/.exec(note);
  return found === null ? null : Number(found[1]) * 2 ** 30;
}
