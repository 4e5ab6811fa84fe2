import { describe, expect, it } from 'vitest';
import { speedForms } from '../../../src/data/speeds.ts';
import { deviceBandwidth, findDevice } from '../../../src/data/tables.ts';
import { stockShape } from '../../../src/model/memory/shape.ts';
import type { SpeedDevice } from '../../../src/model/speed/hardware.ts';
import { predictShapeSpeed, type SpeedQuestion } from '../../../src/model/speed/speed.ts';
import type { Quantization, VariantId } from '../../../src/model/types.ts';

const gib = 2 ** 30;
const { low, high } = speedForms.measured.band;

/** The question that a measurement on that chip answers: everything there, at its nominal bandwidth. */
function on(
  name: string,
  backend: SpeedDevice['backend'],
  variant: VariantId,
  quantization: Quantization,
  changes: Partial<SpeedQuestion> = {},
): SpeedQuestion {
  const row = findDevice(name, { memoryBytes: null })!;
  const device = {
    backend,
    bandwidthBytesPerSecond: deviceBandwidth(row),
    name,
    memoryBytes: row.memoryGiB[0]! * gib,
    architecture: row.architecture,
    layers: 100,
  };
  return {
    shape: stockShape(variant, quantization),
    depthTokens: 0,
    kvType: 'f16',
    devices: [device],
    host: { bandwidthBytesPerSecond: null, features: [] },
    overflowingLayers: 0,
    sampled: false,
    ...changes,
  };
}

describe('what one measurement says', () => {
  const asked = (depthTokens: number) => on('NVIDIA GeForce RTX 4070', 'cuda', 'e4b', 'Q8_0', { depthTokens });

  it('what one measurement says is itself with a band to either side, where just that is asked: 69.55 at 4096 tokens', () => {
    const band = predictShapeSpeed(asked(4096))!;
    expect(band.basis).toBe('measured');
    expect(band.highTokensPerSecond).toBeCloseTo(69.55 * high, 6);
    expect(band.lowTokensPerSecond).toBeLessThan(69.55 * low);
    expect(band.lowTokensPerSecond).toBeGreaterThan(69.55 * low * 0.98);
  });

  it('what one measurement says is more with an empty cache, and less with a deeper one', () => {
    const [shallow, deep] = [predictShapeSpeed(asked(0))!, predictShapeSpeed(asked(65_536))!];
    expect(shallow.lowTokensPerSecond / shallow.highTokensPerSecond).toBeCloseTo(low / high, 9);
    expect(shallow.highTokensPerSecond).toBeGreaterThan(69.55 * high);
    expect(deep.highTokensPerSecond).toBeLessThan(69.55 * high);
    expect(deep.lowTokensPerSecond / deep.highTokensPerSecond).toBeLessThan(low / high);
  });

  it('what one measurement says goes by the size of the file that was run: 57.18 GiB at 3.5 tokens a second', () => {
    const metadataBytes = 15_833_440;
    const stock = stockShape('31b', 'BF16').weights.tensorBytes;
    const band = predictShapeSpeed(on('Radeon 8060S', 'vulkan', '31b', 'BF16'))!;
    expect(band.highTokensPerSecond).toBeCloseTo((3.5 * high * (57.18 * gib - metadataBytes)) / stock, 3);
  });

  it('what one measurement says goes by the stock recipe where the size is not told', () => {
    const band = predictShapeSpeed(on('NVIDIA GeForce GTX 1050 Ti', 'cuda', 'e2b', 'Q4_K_M'))!;
    expect(band.highTokensPerSecond).toBeCloseTo(24.95 * high, 6);
  });
});

describe('what a benchmark program measured', () => {
  it('what a benchmark program measured is more than a server makes, which samples every token', () => {
    const at = (sampled: boolean) =>
      predictShapeSpeed(on('Radeon 8060S', 'vulkan', '31b', 'BF16', { sampled }))!.expectedTokensPerSecond;
    expect(1 / at(true)).toBeGreaterThan(1 / at(false));
    expect(1 / at(true) - 1 / at(false)).toBeCloseTo(speedForms.token.seconds, 3);
  });

  it('what a server measured is taken as it is: a GB10 with e4b', () => {
    const band = predictShapeSpeed(on('NVIDIA GB10', 'cuda', 'e4b', 'Q4_K_M', { depthTokens: 180, sampled: true }))!;
    expect(band.expectedTokensPerSecond).toBeCloseTo(59.1, 6);
  });
});

describe('what several measurements say', () => {
  it.each([
    ['26b', 'BF16', 23.37, 24.65],
    ['26b', 'Q4_K_M', 47.74, 48.47],
    ['31b', 'Q8_0', 6.14, 6.17],
  ] as const)(
    'what several measurements say reaches from the slowest to the fastest: %s %s',
    (variant, quantization, slowest, fastest) => {
      const band = predictShapeSpeed(on('Radeon 8060S', 'rocm', variant, quantization))!;
      expect(band.highTokensPerSecond / band.lowTokensPerSecond).toBeCloseTo((fastest * high) / (slowest * low), 6);
    },
  );
});
