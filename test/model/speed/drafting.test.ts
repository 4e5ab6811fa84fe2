import { describe, expect, it } from 'vitest';
import { cpuFeatures, variantIds } from '../../../src/data/ids.ts';
import { speedBackendSchema } from '../../../src/data/speed-schema.ts';
import { stockShape } from '../../../src/model/memory/shape.ts';
import { draftFactorOver } from '../../../src/model/speed/drafting.ts';
import {
  bestDraftTokens,
  draftFactor,
  predictByFormula,
  predictShapeSpeed,
  usualDraftTokens,
} from '../../../src/model/speed/speed.ts';
import { device, question } from './question.ts';

const backends = speedBackendSchema.options;

describe('a draft model', () => {
  it('a draft model has a factor on every backend, for every model and length; none for no drafts', () => {
    for (const backend of backends) {
      for (const variant of variantIds) {
        for (const tokens of [1, 2, 3, 4, 8, 30]) {
          const { low, expected, high } = draftFactor(backend, variant, tokens);
          expect(low, `${backend} ${variant} ${tokens}`).toBeLessThan(expected);
          expect(expected).toBeLessThan(high);
        }
        expect(draftFactor(backend, variant, 0)).toEqual({ low: 1, expected: 1, high: 1 });
      }
    }
  });

  it.each([
    ['rocm', 'e4b', 3, 1.44],
    ['rocm', '26b', 3, 1.38],
    ['rocm', '12b', 3, 1.67],
    ['cuda', '26b', 3, 1.26],
    ['cuda', '31b', 3, 1.9],
    ['cuda', '12b', 4, 2.0],
    ['rocm', '31b', 3, 3.3],
    ['metal', '12b', 2, 1.12],
    ['metal', '12b', 4, 0.8],
    ['vulkan', '12b', 1, 0.97],
    ['vulkan', '12b', 4, 0.7],
  ] as const)(
    'a draft model on %s made %s with drafts of %d %d times as fast somewhere, which lies inside',
    (backend, variant, tokens, measured) => {
      const { low, high } = draftFactor(backend, variant, tokens);
      expect(measured).toBeGreaterThanOrEqual(low);
      expect(measured).toBeLessThanOrEqual(high);
    },
  );

  it('a draft model is best left off under Vulkan, kept short on Metal, and used on CUDA and ROCm', () => {
    expect(bestDraftTokens('vulkan', '12b')).toBe(0);
    expect(bestDraftTokens('metal', '12b')).toBe(2);
    expect(bestDraftTokens('cuda', '31b')).toBe(usualDraftTokens);
    expect(bestDraftTokens('rocm', 'e4b')).toBe(usualDraftTokens);
  });

  it('a draft model multiplies what is told without it, measured or worked out, and widens its band by its own', () => {
    for (const [name, ask] of [
      [null, predictByFormula],
      ['NVIDIA GeForce RTX 3090', predictShapeSpeed],
    ] as const) {
      const asked = question({ shape: stockShape('26b', 'Q4_K_M'), devices: [device({ name })] });
      const [plain, drafting] = [ask(asked)!, ask({ ...asked, draftTokens: 3 })!];
      const { low, expected, high } = draftFactor('cuda', '26b', 3);
      expect(drafting.expectedTokensPerSecond / plain.expectedTokensPerSecond).toBeCloseTo(expected, 9);
      const over = (rate: number, other: number) => rate / other - 1;
      const below = over(drafting.expectedTokensPerSecond, drafting.lowTokensPerSecond);
      const plainBelow = over(plain.expectedTokensPerSecond, plain.lowTokensPerSecond);
      expect(below ** 2).toBeCloseTo(plainBelow ** 2 + over(expected, low) ** 2, 9);
      const above = over(drafting.highTokensPerSecond, drafting.expectedTokensPerSecond);
      const plainAbove = over(plain.highTokensPerSecond, plain.expectedTokensPerSecond);
      expect(above ** 2).toBeCloseTo(plainAbove ** 2 + over(high, expected) ** 2, 9);
    }
  });

  it('a draft model counts by the backend that bears the run: the processor’s where no device has a layer', () => {
    const host = { bandwidthBytesPerSecond: 80e9, features: [...cpuFeatures] };
    const onCpu = question({ devices: [device({ layers: 0 })], host });
    const drafting = predictByFormula({ ...onCpu, draftTokens: 3 })!.expectedTokensPerSecond;
    const factor = draftFactor('cpu', '31b', 3).expected;
    expect(drafting / predictByFormula(onCpu)!.expectedTokensPerSecond).toBeCloseTo(factor, 9);
  });
});

describe('a draft model over several places', () => {
  const over = (layers: number, hostShare: number) =>
    draftFactorOver({ shape: stockShape('31b', 'Q4_K_M'), devices: [{ ...card, layers }] }, 3, hostShare).expected;
  const card = {
    backend: 'cuda' as const,
    bandwidthBytesPerSecond: 1e12,
    name: null,
    memoryBytes: null,
    architecture: null,
  };

  it('a draft model over several places brings on a card what it brings there, and without layers there what it brings on a processor', () => {
    expect(over(61, 0)).toBe(draftFactor('cuda', '31b', 3).expected);
    expect(over(0, 1)).toBe(draftFactor('cpu', '31b', 3).expected);
  });

  it('a draft model over several places brings little where the processor takes most of the time', () => {
    // of 10 parts of the time 9 stay, and one becomes 1 / 2.4 of itself
    expect(over(20, 0.9)).toBeCloseTo(1 / (0.9 + 0.1 / 2.4), 10);
    expect(over(20, 0.5)).toBeLessThan(over(20, 0.1));
  });
});
