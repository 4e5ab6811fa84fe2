import { variantOf } from '../data/tables.ts';
import type { KvType, VariantId } from '../model/types.ts';
import { clampContext, defaultContextTokens } from '../server-rules/context.ts';
import type { Finding } from './findings.ts';
import type { CheckRequest } from './types.ts';
import { profileOf } from './use-case.ts';

/** What a candidate is worked out for. */
export interface RequestedWorkload {
  /** Total over all sequences. */
  contextTokens: number;
  /** What was asked for, before it was kept inside what the model allows. */
  askedTokens: number;
  kvType: KvType;
  sequences: number;
  /** null: Ollama's rule, lowered where that makes the model fit. */
  microBatch: number | null;
  /** false: no projector is loaded. null and true: the build's own projector is. */
  vision: boolean | null;
}

/**
 * The context to work with, over all sequences: the asked one, else what the use wants, else what Ollama would set on this machine.
 * @param tierBytes see default-context.ts
 */
export function askedContext(
  request: Pick<CheckRequest, 'contextTokens' | 'useCase' | 'sequences'>,
  tierBytes: number,
): number {
  if (request.contextTokens !== null) return request.contextTokens;
  const { useCase, sequences } = request;
  return sequences * (useCase === null ? defaultContextTokens(tierBytes) : profileOf(useCase).contextTokens);
}

/** Finding for a request whose context is larger than the model was trained for. */
export function exceedsTrainedContext({
  askedTokens,
  contextTokens,
}: RequestedWorkload): Finding<'above-trained-context'>[] {
  if (askedTokens <= contextTokens) return [];
  return [{ code: 'above-trained-context', contextTokens: askedTokens, trainedTokens: contextTokens }];
}

/** The request for one model: the context of each sequence kept inside what the model and the server allow. */
export function workloadFor(request: CheckRequest, variant: VariantId, tierBytes: number): RequestedWorkload {
  const { kvType, sequences, microBatch, vision } = request;
  const trained = variantOf(variant).architecture.trainedContextTokens;
  const askedTokens = askedContext(request, tierBytes);
  const contextTokens = clampContext(askedTokens, trained, vision !== false, sequences);
  return { contextTokens, askedTokens, kvType, sequences, microBatch, vision };
}
