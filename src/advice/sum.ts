import type { Parts } from '../model/types.ts';
import type { NeedParts } from './types.ts';

/** All parts together, bytes. */
export function sumParts(parts: NeedParts): number {
  return parts.weightsBytes + parts.kvCacheBytes + parts.computeBytes + parts.projectorBytes + parts.drafterBytes;
}

/** A text model's parts with what lies beside it. */
export function withExtras(parts: Parts, projectorBytes = 0, drafterBytes = 0): NeedParts {
  const { weightsBytes, kvCacheBytes, computeBytes } = parts;
  return { weightsBytes, kvCacheBytes, computeBytes, projectorBytes, drafterBytes };
}

export const nothing: Parts = { weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0 };
