import type { Drafting, SpeedBackend, SpeedForms } from '../../data/speed-schema.ts';
import { speedForms } from '../../data/speeds.ts';
import type { VariantId } from '../types.ts';
import type { SpeedQuestion } from './types.ts';

/** Tokens per second with a draft model over those without it. */
export interface DraftFactor {
  low: number;
  expected: number;
  high: number;
}

/** Ollama's builds with a drafter set draft_num_predict 3 (config of gemma4:26b of 2026-09-30). */
export const usualDraftTokens = 3;
const longestDraft = 8;

/**
 * What drafting (MTP) does to the speed on one backend, measured by others; 1 where nothing is drafted.
 * Longer drafts than anybody measured count as the longest of those.
 */
export function draftFactor(
  backend: SpeedBackend,
  variant: VariantId,
  draftTokens: number,
  forms: SpeedForms = speedForms,
): DraftFactor {
  if (draftTokens < 1) return { low: 1, expected: 1, high: 1 };
  const tokens = Math.min(draftTokens, longestDraft);
  const holds = ({ backends, variants, draftTokens: [from, to] }: Drafting) =>
    backends.includes(backend) && (variants?.includes(variant) ?? true) && tokens >= from && tokens <= to;
  const row = forms.drafting.find(holds);
  if (row === undefined) throw new Error(`data/speed-forms.json has no drafting of ${variant} on ${backend}`);
  return { low: row.low, expected: row.expected, high: row.high };
}

/**
 * The draft length that is expected to be fastest on a backend: 0 where drafting costs more than it brings.
 * @internal Asked by no command yet.
 */
export function bestDraftTokens(backend: SpeedBackend, variant: VariantId): number {
  const lengths = [1, 2, usualDraftTokens];
  const factors = lengths.map((tokens) => draftFactor(backend, variant, tokens).expected);
  const best = Math.max(...factors);
  return best > 1.02 ? (lengths[factors.lastIndexOf(best)] ?? 0) : 0;
}

/**
 * The same over several places: what the CPU computes of its own gains what drafting brings on a CPU, the rest what it brings
 * on the last device with layers (experts in RAM among it: that is how it was measured). Times add up, so the gains do by their shares.
 */
export function draftFactorOver(
  { devices, shape: { variant } }: Pick<SpeedQuestion, 'devices' | 'shape'>,
  draftTokens: number,
  hostShare: number,
  forms: SpeedForms = speedForms,
): DraftFactor {
  const onHost = draftFactor('cpu', variant, draftTokens, forms);
  const last = devices.findLast(({ layers, backend }) => layers > 0 && backend !== 'none');
  if (last === undefined || last.backend === 'none') return onHost;
  const onDevice = draftFactor(last.backend, variant, draftTokens, forms);
  if (hostShare === 0) return onDevice;
  const mixed = (end: keyof DraftFactor) => 1 / (hostShare / onHost[end] + (1 - hostShare) / onDevice[end]);
  return { low: mixed('low'), expected: mixed('expected'), high: mixed('high') };
}
