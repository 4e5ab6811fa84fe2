import type { Candidate } from '../../advice/types.ts';
import { variantOf } from '../../data/variants.ts';
import { kvBytesPerStream } from '../../model/memory/kv-cache.ts';
import { fullCells, slidingCells } from '../../model/memory/load.ts';
import type { Load } from '../../model/types.ts';
import { formatInteger } from '../units.ts';

const typeWords = { f16: '2 bytes', q8_0: '34/32 bytes', q4_0: '18/32 bytes' };

/** How the KV cache comes about, with this model's numbers where they give exactly these bytes, else in words. */
export function kvFormula({ variant, workload }: Candidate, bytes: number): string {
  const { architecture } = variantOf(variant);
  const { full, sliding } = architecture.kv;
  const load: Load = { ...workload, flashAttention: true };
  const one = (isFull: boolean): number => kvBytesPerStream(architecture, isFull, load);
  const exact = workload.sequences * (full.layers * one(true) + sliding.layers * one(false));
  if (Math.abs(exact - bytes) > bytes / 1e4) {
    return 'per layer: cached tokens x width of keys and values x bytes per value (sliding-window layers keep only the window)';
  }
  const part = (layers: number, cells: number, width: number): string =>
    `${layers} layers x ${formatInteger(cells)} tokens x ${formatInteger(2 * width)}`;
  const many = workload.sequences === 1 ? '' : `${workload.sequences} at once x `;
  return (
    `${many}${typeWords[workload.kvType]} x (${part(full.layers, fullCells(load), full.width)} + ` +
    `${part(sliding.layers, slidingCells(load, architecture.windowTokens), sliding.width)}); sliding-window layers keep only the window`
  );
}

/** How the working space comes about: the attention masks in numbers, the rest as llama.cpp reserves it. */
export function computeFormula({ variant, workload }: Candidate, bytes: number): string {
  const load: Load = { ...workload, flashAttention: true };
  const masks = 2 * fullCells(load) + 2 * slidingCells(load, variantOf(variant).architecture.windowTokens);
  const each = Math.round(bytes / workload.microBatch) - masks;
  if (each <= 0) return 'compute buffers for one batch, as llama.cpp reserves them';
  return (
    `${workload.microBatch} tokens per batch x (${formatInteger(masks)} bytes of attention masks + ` +
    `about ${formatInteger(each)} of buffers), as llama.cpp reserves them`
  );
}
