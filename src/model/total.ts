import type { Parts } from './types.ts';

export function totalBytes({ weightsBytes, kvCacheBytes, computeBytes }: Parts): number {
  return weightsBytes + kvCacheBytes + computeBytes;
}
