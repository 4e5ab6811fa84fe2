import { kvBytesPerElement } from '../../src/data/ids.ts';
import { variantOf } from '../../src/data/tables.ts';
import { estimateMemory } from '../../src/model/memory/estimate.ts';
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

function estimate(
  { variant, quant, contextTokens, kvType, note, hardware }: MeasuredRow,
  gpuLayers: number | 'all' = 'all',
) {
  const quantization = quantizations.find((name): name is Quantization => quant.replace(/^QAT-/, '') === name);
  if (quantization === undefined || !Number.isSafeInteger(contextTokens)) return null;
  const flashAttention = !/fa off|fa=0/.test(`${note} ${hardware}`);
  const microBatch = Number(/ub 256/.exec(note) === null ? 512 : 256);
  return estimateMemory({
    variant,
    quantization,
    contextTokens,
    kvType,
    flashAttention,
    microBatch,
    gpuLayers,
  });
}

function device(row: MeasuredRow): number | null {
  const found = estimate(row);
  return found === null ? null : totalBytes(found.device);
}

function split(row: MeasuredRow, gpuLayers: number): number | null {
  const found = estimate(row, gpuLayers);
  return found === null ? null : totalBytes(found.device);
}

function rowsOf(csv: string): MeasuredRow[] {
  const [, ...lines] = csv.trim().split('\n');
  return lines.flatMap((line) => {
    const [variant, quant = '', runtime = '', hardware = '', context = '', kv = '', , what = '', size = '', note = ''] =
      cells(line);
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
        what,
        bytes,
        note,
      },
    ];
  });
}

function cells(line: string): string[] {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell = '']) => cell.replace(/^"|"$/g, ''));
}
