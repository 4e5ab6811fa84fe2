import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { speedForms } from '../../../src/data/speeds.ts';
import { stockShape } from '../../../src/model/memory/shape.ts';
import type { SpeedDevice } from '../../../src/model/speed/hardware.ts';
import { predictPromptSpeed } from '../../../src/model/speed/speed.ts';
import type { VariantId } from '../../../src/model/types.ts';
import { readSpeedPoints } from '../../bench/speed-points.ts';
import { device, question } from './question.ts';

const { low, high } = speedForms.prompt.band;
const on = (
  name: string | null,
  backend: SpeedDevice['backend'],
  variant: VariantId,
  changes: Partial<SpeedDevice> = {},
) => question({ shape: stockShape(variant, 'Q4_0'), devices: [device({ name, backend, ...changes })] });
const told = (...asked: Parameters<typeof on>) => predictPromptSpeed(on(...asked))!;

describe('the speed of reading a prompt that others measured on the chip', () => {
  it('the speed of reading a prompt that others measured on the chip is that, with a band: 312.7 of 26b on a Radeon 680M', () => {
    expect(told('AMD Radeon 680M', 'vulkan', '26b')).toEqual({
      lowTokensPerSecond: expect.closeTo(312.7 * low, 6),
      expectedTokensPerSecond: expect.closeTo(312.7, 6),
      highTokensPerSecond: expect.closeTo(312.7 * high, 6),
      basis: 'measured',
    });
  });

  it('the speed of reading a prompt that others measured on the chip is arithmetic over twice the active parameters: 38 TFLOP/s dense and 10 with experts on an Arc Pro B70', () => {
    const name = 'Intel Arc Pro B70 Graphics';
    expect(told(name, 'vulkan', '12b').highTokensPerSecond).toBeCloseTo((38e12 * high) / (2 * 11.95e9), 6);
    expect(told(name, 'vulkan', '31b').lowTokensPerSecond).toBeCloseTo((38e12 * low) / (2 * 30.7e9), 6);
    expect(told(name, 'vulkan', '26b').lowTokensPerSecond).toBeCloseTo((10e12 * low) / (2 * 3.8e9), 6);
    expect(told(name, 'vulkan', 'e2b').basis).toBe('formula');
  });

  it('the speed of reading a prompt that others measured on the chip carries over to a model of the same kind: e2b and e4b, 12b and 31b', () => {
    const on3090 = (variant: VariantId) => told('NVIDIA GeForce RTX 3090', 'cuda', variant).lowTokensPerSecond;
    expect(on3090('e2b') / on3090('e4b')).toBeCloseTo(4.5 / 2.3, 6);
    expect(on3090('12b') / on3090('31b')).toBeCloseTo(30.7 / 11.95, 6);
  });
});

describe('the speed of reading a prompt on a chip that nobody measured', () => {
  it('the speed of reading a prompt on a chip that nobody measured follows from its bandwidth and what its class reaches for it', () => {
    const ada = told('NVIDIA L4', 'cuda', '31b', { bandwidthBytesPerSecond: 300e9, architecture: '8.9' });
    const row = speedForms.promptForms.find(({ id }) => id === 'ada-blackwell')!;
    expect(ada.expectedTokensPerSecond).toBeCloseTo((row.flopsPerByte.dense * 300e9) / (2 * 30.7e9), 6);
    expect(ada.basis).toBe('formula');
  });

  it('the speed of reading a prompt on a chip that nobody measured is slower with experts in RAM, more so in small micro-batches, and least on the processor alone', () => {
    const at = (overflowingLayers: number, microBatch?: number) =>
      predictPromptSpeed({ ...on(null, 'cuda', '26b'), overflowingLayers }, microBatch)!.expectedTokensPerSecond;
    expect(at(0)).toBeGreaterThan(at(8));
    expect(at(8)).toBeGreaterThan(at(30));
    expect(at(30, 2048)).toBeGreaterThan(at(30, 512) * 2);
    const processor = predictPromptSpeed({ ...on(null, 'cuda', '26b'), devices: [] })!;
    expect(processor.expectedTokensPerSecond).toBeLessThan(at(30));
  });

  it('the speed of reading a prompt on a chip that nobody measured is that of both cards where two share the layers', () => {
    const [one, other] = [device({ layers: 30 }), device({ layers: 31, bandwidthBytesPerSecond: 5e11 })];
    const rate = (devices: SpeedDevice[]) => predictPromptSpeed(question({ devices }))!.expectedTokensPerSecond;
    const alone = (card: SpeedDevice) => 1 / rate([{ ...card, layers: 61 }]);
    expect(1 / rate([one, other])).toBeCloseTo((30 * alone(one) + 31 * alone(other)) / 61, 9);
  });

  it('the speed of reading a prompt on a chip that nobody measured is not known without the bandwidth of a place that computes, or a library that drives it', () => {
    expect(predictPromptSpeed(on(null, 'cuda', '31b', { bandwidthBytesPerSecond: null }))).toBeNull();
    expect(predictPromptSpeed(on(null, 'none', '31b'))).toBeNull();
    const host = { bandwidthBytesPerSecond: null, features: [] };
    expect(predictPromptSpeed(question({ devices: [], host }))).toBeNull();
  });
});

describe('prompt speeds measured by others (test/data/speed-points.csv)', () => {
  const { points } = readSpeedPoints(readFileSync(new URL('../../data/speed-points.csv', import.meta.url), 'utf8'));
  const short = points.filter(
    ({ promptTokensPerSecond, question: { depthTokens } }) => promptTokensPerSecond && depthTokens <= 2048,
  );

  it('prompt speeds measured by others (test/data/speed-points.csv) lie inside the band in four of five cases', () => {
    const inside = short.filter(({ question: asked, promptTokensPerSecond }) => {
      const band = predictPromptSpeed(asked);
      const rate = promptTokensPerSecond ?? 0;
      return band !== null && rate >= band.lowTokensPerSecond && rate <= band.highTokensPerSecond;
    });
    expect(short.length).toBeGreaterThan(90);
    expect(inside.length / short.length).toBeGreaterThanOrEqual(0.8);
  });
});
