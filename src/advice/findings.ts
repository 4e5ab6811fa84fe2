import type { KvType } from '../model/types.ts';

/** Why a verdict is what it is: a code and its arguments; the sentence is made in report/sentences/advice.ts. */
export type AdviceFinding =
  | { code: 'fits-device'; needBytes: number; marginBytes: number; freeBytes: number }
  | { code: 'spills'; gpuLayers: number; totalLayers: number; missingBytes: number }
  | { code: 'kv-quantized'; kvType: KvType };

export type AdviceCode = AdviceFinding['code'];
