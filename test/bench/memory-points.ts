import { cpuRepackBytes } from '../../src/data/cpu-repack.ts';
import { kvBytesPerElement } from '../../src/data/ids.ts';
import { variantOf } from '../../src/data/tables.ts';
import { drafterBuffers } from '../../src/model/memory/drafter.ts';
import { estimateMemory, type GpuLayers } from '../../src/model/memory/estimate.ts';
import { completeLoad } from '../../src/model/memory/load.ts';
import { stockShape } from '../../src/model/memory/shape.ts';
import { totalBytes } from '../../src/model/total.ts';
import { type KvType, kvTypes, type Quantization, quantizations, type VariantId } from '../../src/model/types.ts';

/** One measurement by others, as test/data/memory-points.csv has it. */
export interface MeasuredRow {
  variant: VariantId;
  quant: string;
  runtime: string;
  hardware: string;
  contextTokens: number;
  kvType: KvType;
  parallel: string;
  what: string;
  bytes: number;
  note: string;
}

export interface Compared extends MeasuredRow {
  predictedBytes: number;
  /** Predicted over measured, less one. */
  error: number;
  /** Why a large difference is no surprise; empty where there is none to explain. */
  remark: string;
}

const units: Record<string, number> = { B: 1, MiB: 2 ** 20, GiB: 2 ** 30, MB: 1e6, GB: 1e9 };
/** How a row's number is computed, by what it says it measured; null: it does not state enough. */
const rules: [RegExp, (row: MeasuredRow, match: RegExpExecArray) => number | null][] = [
  [
    /^KV full-attention (\d+) cells/,
    ({ variant, kvType }, [, cells]) => kvBytes(variant, 'full', Number(cells), kvType),
  ],
  [/^KV SWA (\d+) cells/, ({ variant, kvType }, [, cells]) => kvBytes(variant, 'sliding', Number(cells), kvType)],
  [/^CUDA0 KV per SWA layer/, () => 4608 * 2048 * 2 * 2],
  [/^CUDA0 KV per full layer/, ({ contextTokens }) => contextTokens * 1024 * 2 * 2],
  [/^KV total/, (row) => estimate(row)?.device.kvCacheBytes ?? null],
  [
    /^CUDA0 compute buffer$/,
    (row) => (row.note.includes('-ngl 0') ? null : (estimate(row)?.device.computeBytes ?? null)),
  ],
  [/^CUDA_Host compute buffer/, (row) => estimate(row)?.host.computeBytes ?? null],
  [/^(?:board GPU memory|peak VRAM reported|nvtop used)$/, (row) => device(row)],
  [/^ollama ps SIZE PROCESSOR/, (row) => (row.note.includes('0.30+') && row.bytes < 2e9 ? device(row) : null)],
  [/^board GPU memory, -ngl 24/, (row) => split(row, 24)],
  [/^Vulkan0 model buffer/, (row) => estimate(row)?.device.weightsBytes ?? null],
  [/^Vulkan0 context/, (row) => estimate(row)?.device.kvCacheBytes ?? null],
  [/^Vulkan0 compute buffer/, (row) => estimate(row)?.device.computeBytes ?? null],
  [/^CPU_Mapped model buffer/, (row) => estimate(row)?.host.weightsBytes ?? null],
  [/^Vulkan_Host compute buffer/, (row) => estimate(row)?.host.computeBytes ?? null],
  [/^RSS peak of the process$/, (row) => cpuPeak(row)],
  [/^compute buffers without MTP/, (row) => estimate(row)?.device.computeBytes ?? null],
  [/^compute \+ draft buffers with MTP/, (row) => withDrafter(row)],
  [/^\[mtmd\] worst case/, ({ variant }) => projectorWorstCase(variant)],
  [/^nvidia-smi delta/, (row) => device(row)],
];

/** Why a row is off by more than a tenth; first match. */
const remarks: [RegExp, string][] = [
  [/CPU,4096.*SWA|swa_full.*CPU/, 'without flash attention V is stored at the widest layer'],
  [/swa_full/, 'an older llama.cpp, with the full context on sliding layers and its logits on the device'],
  [/ggml engine/, "Ollama's own engine before 0.30, with the vision tower in the same file"],
  [/peak VRAM/, 'reported by users, method not stated; desktop and CUDA context in it'],
  [/board GPU memory/, 'the whole board: CUDA context and, with flash attention off, larger scratch in it'],
  [/kv_unified/, 'one cache for four sequences: 4 x 1024 + 512 cells on sliding layers'],
];

/** Every row that states enough, with the prediction beside it. */
export function compareWithMeasured(csv: string): Compared[] {
  return rowsOf(csv).flatMap((row) => {
    for (const [pattern, predict] of rules) {
      const match = pattern.exec(row.what);
      const predictedBytes = match === null ? null : predict(row, match);
      if (predictedBytes === null) continue;
      const error = predictedBytes / row.bytes - 1;
      const text = `${row.hardware},${row.contextTokens} ${row.runtime} ${row.what} ${row.note}`;
      const remark = Math.abs(error) < 0.1 ? '' : (remarks.find(([about]) => about.test(text))?.[1] ?? 'not explained');
      return [{ ...row, predictedBytes, error, remark }];
    }
    return [];
  });
}

function kvBytes(variant: VariantId, kind: 'full' | 'sliding', cells: number, kvType: KvType): number {
  const { layers, width } = variantOf(variant).architecture.kv[kind];
  return layers * cells * width * 2 * kvBytesPerElement[kvType];
}

function estimate(row: MeasuredRow, gpuLayers: GpuLayers = 'all') {
  const { variant, quant, runtime, contextTokens, kvType, note, hardware } = row;
  const quantization = quantizations.find((name): name is Quantization => quant.replace(/^QAT-/, '') === name);
  if (quantization === undefined || !Number.isSafeInteger(contextTokens)) return null;
  const flashAttention = !/fa off|fa=0/.test(`${note} ${hardware}`);
  const vulkan = /vulkan/i.test(`${runtime} ${hardware}`);
  return estimateMemory({
    variant,
    quantization,
    contextTokens,
    kvType,
    flashAttention,
    microBatch: microBatchOf(row),
    gpuLayers,
    ...(vulkan && { backend: 'vulkan' }),
    ...unifiedSlots(row),
  });
}

const microBatchOf = ({ note }: MeasuredRow) => Number(/(?:ub|num_batch) (\d+)/.exec(note)?.[1] ?? 512);

/** `4 unified`: four slots on one cache. */
function unifiedSlots({ parallel }: MeasuredRow): { sequences: number; kvUnified: boolean } {
  const unified = /(\d) unified/.exec(parallel);
  return unified === null ? { sequences: 1, kvUnified: false } : { sequences: Number(unified[1]), kvUnified: true };
}

function device(row: MeasuredRow): number | null {
  const found = estimate(row);
  return found === null ? null : totalBytes(found.device);
}

/** Without a GPU: the file, the copy in the CPU's own order, cache and buffer. */
function cpuPeak(row: MeasuredRow): number | null {
  const host = estimate(row, 'none')?.host;
  if (host === undefined || row.quant !== 'QAT-Q4_0') return null;
  const embedding = stockShape(row.variant, 'Q4_0').weights.tokenEmbedding;
  return totalBytes(host) - embedding + cpuRepackBytes(row.variant, 'Q4_0');
}

/** llama.cpp of September 2026: a draft model has logits for the last token of each sequence. */
function withDrafter(row: MeasuredRow): number | null {
  const computeBytes = estimate(row)?.device.computeBytes;
  const { sequences, kvUnified } = unifiedSlots(row);
  const microBatch = microBatchOf(row);
  const load = completeLoad({ contextTokensTotal: row.contextTokens, sequences, kvUnified, microBatch });
  return computeBytes === undefined
    ? null
    : computeBytes + drafterBuffers(stockShape(row.variant, 'Q4_0'), load, 'last').deviceBytes;
}

function projectorWorstCase(variant: VariantId): number {
  const { fileBytes, scratchBytes } = variantOf(variant).projector;
  return fileBytes + scratchBytes;
}

function split(row: MeasuredRow, gpuLayers: number): number | null {
  const found = estimate(row, gpuLayers);
  return found === null ? null : totalBytes(found.device);
}

function rowsOf(csv: string): MeasuredRow[] {
  const [, ...lines] = csv.trim().split('\n');
  return lines.flatMap((line) => {
    const [
      variant,
      quant = '',
      runtime = '',
      hardware = '',
      context = '',
      kv = '',
      parallel = '',
      what = '',
      size = '',
      note = '',
      source = '',
    ] = cells(line);
    const match = /^~?([\d.]+) (B|MiB|GiB|MB|GB)\b/.exec(size);
    const kvType = kvTypes.find((name) => name === kv) ?? 'f16';
    if (match === null) return [];
    const bytes = Number(match[1]) * (units[match[2] ?? ''] ?? Number.NaN);
    return [
      {
        variant: variant as VariantId,
        quant,
        runtime,
        hardware,
        contextTokens: Number(context),
        kvType,
        parallel,
        what,
        bytes,
        note: `${note} ${source}`,
      },
    ];
  });
}

function cells(line: string): string[] {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell = '']) => cell.replace(/^"|"$/g, ''));
}
