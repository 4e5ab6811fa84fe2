import { describe, expect, it } from 'vitest';
import { cpuFeatures, variantIds } from '../../../src/data/ids.ts';
import { speedForms } from '../../../src/data/speeds.ts';
import { stockShape } from '../../../src/model/memory/shape.ts';
import type { SpeedDevice } from '../../../src/model/speed/hardware.ts';
import {
  bestDraftTokens,
  draftFactor,
  predictByFormula,
  predictShapeSpeed,
  type SpeedQuestion,
  usualDraftTokens,
} from '../../../src/model/speed/speed.ts';
import type { Quantization, VariantId } from '../../../src/model/types.ts';
import { device, question } from './question.ts';

const backends = ['cuda', 'rocm', 'metal', 'vulkan', 'sycl'] as const;
const on = (
  backend: SpeedDevice['backend'],
  gigabytesPerSecond: number,
  variant: VariantId,
  quantization: Quantization = 'Q4_K_M',
  changes: Partial<SpeedQuestion> = {},
) =>
  question({
    shape: stockShape(variant, quantization),
    devices: [device({ backend, bandwidthBytesPerSecond: gigabytesPerSecond * 1e9 })],
    ...changes,
  });

describe('a draft model', () => {
  it('a draft model has a factor on every backend, for every model and length; none for no drafts', () => {
    for (const backend of backends) {
      for (const variant of variantIds) {
        for (const tokens of [1, 2, 3, 4, 8, 30]) {
          const { low, expected, high } = draftFactor(on(backend, 500, variant), tokens);
          expect(low, `${backend} ${variant} ${tokens}`).toBeLessThan(expected);
          expect(expected).toBeLessThan(high);
        }
        expect(draftFactor(on(backend, 500, variant), 0)).toEqual({ low: 1, expected: 1, high: 1 });
      }
    }
  });

  it.each([
    ['rocm', 800, 'e4b', 'Q4_K_M', 3, 1.44],
    ['rocm', 800, '26b', 'Q4_K_M', 3, 1.38],
    ['rocm', 800, '12b', 'Q4_K_M', 3, 1.67],
    ['cuda', 936, '26b', 'Q4_0', 1, 1.26],
    ['cuda', 936, '31b', 'Q4_0', 3, 1.9],
    ['cuda', 504, '12b', 'Q4_0', 4, 2.0],
    ['cuda', 360, '12b', 'Q4_0', 1, 1.33],
    ['cuda', 360, '12b', 'Q4_0', 4, 1.16],
    ['cuda', 1600, '31b', 'Q8_0', 2, 2.43],
    ['rocm', 256, '31b', 'Q8_0', 3, 2.6],
    ['metal', 400, '12b', 'Q4_0', 2, 1.12],
    ['metal', 400, '12b', 'Q4_0', 4, 0.8],
    ['vulkan', 320, '12b', 'Q4_0', 1, 0.97],
    ['vulkan', 320, '12b', 'Q4_0', 4, 0.7],
  ] as const)(
    'a draft model on %s at %d GB/s made %s %s with drafts of %d %d times as fast somewhere, which lies inside',
    (backend, rate, variant, quantization, tokens, measured) => {
      const { low, high } = draftFactor(on(backend, rate, variant, quantization), tokens);
      expect(measured).toBeGreaterThanOrEqual(low);
      expect(measured).toBeLessThanOrEqual(high);
    },
  );

  it('a draft model brings most where a plain token takes longest: the larger model, the slower card', () => {
    const factor = (rate: number, variant: VariantId) => draftFactor(on('cuda', rate, variant), 3).expected;
    expect(factor(936, '31b')).toBeGreaterThan(factor(936, '12b'));
    expect(factor(400, '12b')).toBeGreaterThan(factor(1800, '12b'));
  });

  it('a draft model brings less to the mixture of experts, for every drafted token reads some of its own', () => {
    const factor = (variant: VariantId, tokens: number) => draftFactor(on('cuda', 936, variant), tokens).expected;
    expect(factor('26b', 3)).toBeLessThan(factor('12b', 3));
    expect(factor('26b', 8)).toBeLessThan(factor('26b', 2));
  });

  it('a draft model is best left off under Vulkan, kept short on Metal, and used on CUDA and ROCm', () => {
    expect(bestDraftTokens(on('vulkan', 320, '12b', 'Q4_0'))).toBe(0);
    expect(bestDraftTokens(on('metal', 400, '12b', 'Q4_0'))).toBeLessThan(usualDraftTokens);
    expect(bestDraftTokens(on('cuda', 936, '31b'))).toBe(usualDraftTokens);
    expect(bestDraftTokens(on('rocm', 800, 'e4b'))).toBe(usualDraftTokens);
  });

  it('a draft model multiplies what is told without it, measured or worked out, and widens its band by its own', () => {
    for (const [name, ask] of [
      [null, predictByFormula],
      ['NVIDIA GeForce RTX 3090', predictShapeSpeed],
    ] as const) {
      const asked = question({ shape: stockShape('26b', 'Q4_K_M'), devices: [device({ name })] });
      const [plain, drafting] = [ask(asked)!, ask({ ...asked, draftTokens: 3 })!];
      const { low, expected, high } = draftFactor(asked, 3);
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

  it('a draft model is taken to neither gain nor lose where the processor runs the model', () => {
    const host = { bandwidthBytesPerSecond: 80e9, features: [...cpuFeatures] };
    const { low, expected, high } = speedForms.drafting.onCpu;
    expect(draftFactor(question({ devices: [device({ layers: 0 })], host }), 3)).toMatchObject({ low, expected, high });
    expect(draftFactor(question({ devices: [], host }), 3)).toMatchObject({ low, expected, high });
  });

  it('a draft model brings less where a part of the layers runs on the processor', () => {
    const over = (layers: number) => draftFactor(question({ devices: [device({ layers })] }), 3).expected;
    expect(over(61)).toBeGreaterThan(over(40));
    expect(over(40)).toBeGreaterThan(over(0));
  });

  it('a draft model brings less with long drafts where experts lie in RAM, for each drafted token reads some of its own there', () => {
    const inRam = on('cuda', 936, '26b', 'Q4_K_M', { overflowingLayers: 30 });
    expect(draftFactor(inRam, 8).expected).toBeLessThan(draftFactor(inRam, 3).expected);
    expect(draftFactor(inRam, 3).expected).toBeLessThan(draftFactor(on('cuda', 936, '12b'), 3).expected);
  });

  it('a draft model on a backend that the table does not know is a mistake of the table', () => {
    const forms = { ...speedForms, drafting: { ...speedForms.drafting, costs: [] } };
    expect(() => draftFactor(on('cuda', 936, '12b'), 3, forms)).toThrow('no cuda');
  });

  it('a draft model is no matter where nothing is known of the speed', () => {
    const unknown = question({ devices: [device({ bandwidthBytesPerSecond: null })] });
    expect(draftFactor(unknown, 3)).toEqual({ low: 1, expected: 1, high: 1 });
  });
});
