import type { VariantId } from '../data/ids.ts';
import type { Build } from '../data/schema.ts';
import { compareVersions, variantOf } from '../data/tables.ts';
import { isAtLeast } from '../data/versions.ts';
import type { Finding } from './findings.ts';
import type { Purpose } from './judged.ts';
import { exclusionsOf } from './recommendation/exclusions.ts';
import { isSpeedTold } from './run-outcome.ts';
import type { Candidate, CheckRequest } from './types.ts';
import { profileOf } from './use-case.ts';
import { wantedContext } from './value.ts';

/** Whether hardware may be left out for its speed, and not for its memory alone. */
export function asksForSpeed({ minimumTokensPerSecond, useCase }: CheckRequest): boolean {
  return minimumTokensPerSecond !== null || profileOf(useCase).leastTokensPerSecond !== null;
}

/** Whether a candidate meets what the request insists on, with all of its context. */
export function answersRequest(candidate: Candidate, request: CheckRequest): boolean {
  return isSpeedTold(candidate, request) && exclusionsOf(candidate, request).length === 0 && !isShort(candidate);
}

/** The context to look for: the requested one (max: all that the model was trained for), else what a named use wants, else 4K; over all sequences. */
export function plannedContext(request: CheckRequest, variant: VariantId): number {
  const { contextTokensTotal, sequences, useCase } = request;
  if (contextTokensTotal === 'max') return variantOf(variant).architecture.trainedContextTokens * sequences;
  return useCase === null && contextTokensTotal === null ? 4096 * sequences : wantedContext(request) * sequences;
}

/** What the request wants a candidate for. */
export function purposeOf(request: CheckRequest): Purpose {
  return { useCase: request.useCase, wantedTokens: wantedContext(request) };
}

function isShort({ reasons }: Candidate): boolean {
  return reasons.some(({ code }) => code === 'context-clamped');
}

/** The version of Ollama that was named loads none of these builds. */
export function tooOldFor(asked: readonly Build[], { ollamaVersion }: CheckRequest): Finding<'server-too-old'>[] {
  const [first] = [...asked].sort((a, b) => compareVersions(a.minimumOllama, b.minimumOllama));
  if (ollamaVersion === null || first === undefined || isAtLeast(ollamaVersion, first.minimumOllama)) return [];
  return [{ code: 'server-too-old', tag: first.tag, version: ollamaVersion, minimumVersion: first.minimumOllama }];
}
