import { variantOf } from '../data/tables.ts';
import type { VariantId } from '../model/types.ts';
import type { Finding } from './findings.ts';
import { rulesOf } from './server.ts';
import type { CheckRequest, Workload } from './types.ts';

/** Finding for a request whose context is larger than the model was trained for. */
export function exceedsTrainedContext({
  askedTokensTotal,
  contextTokensTotal,
}: Workload): Finding<'above-trained-context'>[] {
  if (askedTokensTotal <= contextTokensTotal) return [];
  return [{ code: 'above-trained-context', contextTokens: askedTokensTotal, trainedTokens: contextTokensTotal }];
}

/** The request for one model at one context, over all sequences, within the limits of the model and the server. */
export function workloadFor(request: CheckRequest, variant: VariantId, askedTokensTotal: number): Workload {
  const { kvType, sequences, microBatch, vision, fixed } = request;
  const trained = variantOf(variant).architecture.trainedContextTokens;
  const contextTokensTotal = rulesOf(request).clampContext(askedTokensTotal, trained, vision !== false, sequences);
  const fixedLayers = fixed === undefined ? {} : { fixedLayers: fixed.gpuLayers };
  return { contextTokensTotal, askedTokensTotal, kvType, sequences, microBatch, vision, ...fixedLayers };
}

/** Context of each of the sequences: whole tokens. */
export function contextPerSequence({
  contextTokensTotal,
  sequences,
}: Pick<Workload, 'contextTokensTotal' | 'sequences'>): number {
  return Math.floor(contextTokensTotal / sequences);
}
