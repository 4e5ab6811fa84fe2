import { variantOf } from '../data/tables.ts';
import type { VariantId } from '../model/types.ts';
import { clampContext, defaultContextTokens } from '../server-rules/context.ts';
import type { Finding } from './findings.ts';
import type { CheckRequest, Workload } from './types.ts';
import { profileOf } from './use-case.ts';

/**
 * The context to work with, over all sequences: the asked one, else what the use wants, else what Ollama would set on this machine.
 * @param tierBytes see server-rules/context.ts
 */
export function askedContext(
  request: Pick<CheckRequest, 'contextTokensTotal' | 'useCase' | 'sequences'>,
  tierBytes: number,
): number {
  if (request.contextTokensTotal !== null) return request.contextTokensTotal;
  const { useCase, sequences } = request;
  return sequences * (useCase === null ? defaultContextTokens(tierBytes) : profileOf(useCase).contextTokens);
}

/** Finding for a request whose context is larger than the model was trained for. */
export function exceedsTrainedContext({
  askedTokensTotal,
  contextTokensTotal,
}: Workload): Finding<'above-trained-context'>[] {
  if (askedTokensTotal <= contextTokensTotal) return [];
  return [{ code: 'above-trained-context', contextTokens: askedTokensTotal, trainedTokens: contextTokensTotal }];
}

/** The request for one model: the context of each sequence kept inside what the model and the server allow. */
export function workloadFor(request: CheckRequest, variant: VariantId, tierBytes: number): Workload {
  const { kvType, sequences, microBatch, vision } = request;
  const trained = variantOf(variant).architecture.trainedContextTokens;
  const askedTokensTotal = askedContext(request, tierBytes);
  const contextTokensTotal = clampContext(askedTokensTotal, trained, vision !== false, sequences);
  return { contextTokensTotal, askedTokensTotal, kvType, sequences, microBatch, vision };
}

/** Context of each of the sequences: whole tokens. */
export function contextPerSequence({
  contextTokensTotal,
  sequences,
}: Pick<Workload, 'contextTokensTotal' | 'sequences'>): number {
  return Math.floor(contextTokensTotal / sequences);
}
