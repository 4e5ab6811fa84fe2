import { readFileSync } from 'node:fs';
import { memoize } from '../../src/memoize.ts';
import { estimateMemory } from '../../src/model/memory/estimate.ts';
import type { Engine, KvType, LoadBackend, Parts, Quantization, VariantId } from '../../src/model/types.ts';

/** One projection by llama.cpp itself: what was asked, and bytes by part for each device and the host. */
export interface GoldenRow {
  set: string;
  variant: VariantId;
  quant: Quantization;
  n_ctx: number;
  n_ubatch: number;
  n_seq_max: number;
  kv: KvType;
  flash_attn: 'auto' | 'off';
  n_gpu_layers: number;
  mode: string;
  free_mib?: number[];
  devices: GoldenParts[];
  host: GoldenParts;
  fit_ngl?: number;
  fit_overrides?: number;
  llamaCpp?: Engine;
  swa_full?: boolean;
  kv_unified?: boolean;
  backend?: LoadBackend;
}
export interface GoldenParts {
  model: number;
  context: number;
  compute: number;
}

const rowsOf = (file: string): GoldenRow[] =>
  readFileSync(new URL(`../golden/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** llama.cpp v0.5.0, the grid that the constants were read from. */
export const goldenRows = rowsOf('llamacpp-memory.jsonl');
/** Random points off that grid (build b11382, 2026-11-24): odd contexts, micro-batches and margins, all recipes, up to three devices. */
export const offGridRows = rowsOf('off-grid.jsonl');

/** The same questions put to three generations of llama.cpp (2026-11-26). */
export const versionRows = rowsOf('versions.jsonl');
/** llama.cpp v0.5.0: a run without any device, caches in full size or shared, quantized caches on CUDA (2026-11-26). */
export const optionRows = rowsOf('options.jsonl');

export const total = (parts: Parts) => parts.weightsBytes + parts.kvCacheBytes + parts.computeBytes;
export const goldenTotal = (parts: GoldenParts) => parts.model + parts.context + parts.compute;

/** |got - truth| as a share of the truth; of nothing, any byte is too much. */
export const error = (got: number, truth: number) => (got === truth ? 0 : Math.abs(got - truth) / Math.max(truth, 1));

/** The imagined device made room for the copies of CUDA but fused nothing: b10688, the last build that is known to fuse nothing. */
const imagined = { llamaCpp: 'b10688' };

export const loadOf = (row: GoldenRow) => ({
  contextTokens: row.n_ctx,
  sequences: row.n_seq_max,
  microBatch: row.n_ubatch,
  kvType: row.kv,
  flashAttention: row.flash_attn === 'auto',
  ...(row.llamaCpp && { engine: row.llamaCpp }),
  ...(row.swa_full && { swaFull: row.swa_full }),
  ...(row.kv_unified && { kvUnified: row.kv_unified }),
  ...(row.backend && { backend: row.backend, ...imagined }),
});

export const nameOf = (row: GoldenRow) =>
  `${row.set} ${row.variant} ${row.quant} kv ${row.kv} ctx ${row.n_ctx} ub ${row.n_ubatch} seq ${row.n_seq_max} ngl ${row.n_gpu_layers} free ${row.free_mib ?? '-'}`;

/** The rows of which `wrong` says something, with what it says: an assertion over hundreds of rows that names each offender. */
export function offenders(rows: GoldenRow[], wrong: (row: GoldenRow) => string | null): string[] {
  return rows.flatMap((row) => {
    const said = wrong(row);
    return said === null ? [] : [`${nameOf(row)}: ${said}`];
  });
}

/** Our own answer to a row's question. */
export const estimated = memoize((row: GoldenRow) =>
  estimateMemory({
    variant: row.variant,
    quantization: row.quant,
    ...loadOf(row),
    gpuLayers: row.n_gpu_layers === -1 ? 'all' : row.n_gpu_layers,
  }),
);

/** The first part that is off by more than its limit (a share of the truth), in words; null: none. */
export function worstOff(
  got: Parts,
  truth: GoldenParts,
  limits: Partial<Record<'weights' | 'KV cache' | 'compute' | 'total', number>>,
): string | null {
  const off = {
    weights: error(got.weightsBytes, truth.model),
    'KV cache': error(got.kvCacheBytes, truth.context),
    compute: error(got.computeBytes, truth.compute),
    total: error(total(got), goldenTotal(truth)),
  };
  const parts = Object.keys(off) as (keyof typeof off)[];
  const worst = parts.find((part) => off[part] > (limits[part] ?? Number.POSITIVE_INFINITY));
  return worst === undefined ? null : `${worst} off by ${(100 * off[worst]).toFixed(3)} %`;
}
