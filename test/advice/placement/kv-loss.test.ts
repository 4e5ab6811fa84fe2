import { describe, expect, it } from 'vitest';
import { kvLoss } from '../../../src/advice/placement/kv-loss.ts';

describe('the loss by a quantized cache', () => {
  it.each([
    ['26b', 'q8_0', 0.377],
    ['26b', 'q4_0', 1.088],
    ['31b', 'q8_0', 0.108],
  ] as const)('the loss by a quantized cache of %s at %s is what was measured: %s', (variant, kvType, expected) => {
    expect(kvLoss(variant, kvType)).toBe(expected);
  });

  it.each([
    ['31b', 'q4_0'],
    ['12b', 'q8_0'],
    ['e2b', 'q8_0'],
    ['26b', 'f16'],
  ] as const)('the loss by a quantized cache of %s at %s is unknown, for nobody published it', (variant, kvType) => {
    expect(kvLoss(variant, kvType)).toBeNull();
  });
});
