import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stockShape } from '../../../src/model/memory/shape.ts';
import { readsPerToken } from '../../../src/model/speed/bytes-per-token.ts';
import type { SpeedDevice } from '../../../src/model/speed/hardware.ts';
import { predictByFormula, predictShapeSpeed, type SpeedQuestion } from '../../../src/model/speed/speed.ts';
import { kvTypes, quantizations, variantIds } from '../../../src/model/types.ts';
import { families, readSpeedPoints } from '../../bench/speed-points.ts';
import { familyScores, isInside, scoresOf } from '../../bench/speed-table.ts';
import { device, question } from './question.ts';

/** Weights and KV that all places together read for one token. */
const bytesRead = (asked: SpeedQuestion) => {
  const { devices, host, hostExpertBytes } = readsPerToken(asked);
  return [...devices, host].reduce((sum, part) => sum + part.weightsBytes + part.kvBytes, hostExpertBytes);
};

describe('bytes read for one token', () => {
  it('31b reads its whole file', () => {
    expect(bytesRead(question())).toBeCloseTo(stockShape('31b', 'Q4_K_M').weights.tensorBytes, -5);
  });

  it('26b at Q4_K_M reads 2.6 GB of its 16.8', () => {
    expect(bytesRead(question({ shape: stockShape('26b', 'Q4_K_M') })) / 1e9).toBeCloseTo(2.61, 1);
    expect(bytesRead(question({ shape: stockShape('26b', 'BF16') })) / 1e9).toBeCloseTo(7.64, 1);
  });

  it('e2b does not read its per-layer table', () => {
    const { weights } = stockShape('e2b', 'Q4_K_M');
    const read = bytesRead(question({ shape: stockShape('e2b', 'Q4_K_M') }));
    expect(read).toBeCloseTo(weights.tensorBytes - weights.perLayerEmbedding, -5);
  });

  it.each([
    ['31b', 81920 * 50_000 + 819200 * 1024],
    ['26b', 20480 * 50_000 + 204800 * 1024],
    ['12b', 16384 * 50_000 + 327680 * 1024],
    ['e4b', 28672 * 50_000 + 71680 * 512],
    ['e2b', 14336 * 50_000 + 28672 * 512],
  ] as const)('%s reads K and V of every reader at 50,000 tokens', (variant, expected) => {
    const shape = stockShape(variant, 'Q4_0');
    const deep = bytesRead(question({ shape, depthTokens: 50_000 }));
    expect(deep - bytesRead(question({ shape }))).toBeCloseTo(expected, -2);
  });
});

describe('measured by others, and inside what is told', () => {
  const holds = (asked: SpeedQuestion, measured: number) => {
    const band = predictByFormula(asked)!;
    expect(band.lowTokensPerSecond).toBeLessThan(measured);
    expect(band.highTokensPerSecond).toBeGreaterThan(measured);
  };

  it('26b with half of its experts in RAM on a 3060: 34.8 tokens a second', () => {
    const devices = [device({ bandwidthBytesPerSecond: 360e9, architecture: '8.6' })];
    const host = { bandwidthBytesPerSecond: 83e9, features: [] };
    holds(question({ shape: stockShape('26b', 'IQ4_XS'), devices, host, overflowingLayers: 15 }), 34.8);
  });

  it('31b over a 5070 Ti and a 5060 Ti: 25.1', () => {
    const blackwell = { architecture: '12.0' };
    const devices = [
      device({ bandwidthBytesPerSecond: 896e9, layers: 31, ...blackwell }),
      device({ bandwidthBytesPerSecond: 448e9, layers: 30, ...blackwell }),
    ];
    holds(question({ devices }), 25.1);
  });

  it.each([
    ['e2b on a Raspberry Pi 4', 'e2b', 'Q4_K_M', 12.8, { features: ['neon'], brand: 'Raspberry Pi 4 Model B' }, 1.68],
    ['26b on an i9-13900K', '26b', 'Q4_0', 83.2, { brand: '13th Gen Intel(R) Core(TM) i9-13900K' }, 25],
    ['e2b on an i7-8550U', 'e2b', 'Q4_K_M', 38.4, { brand: 'Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz' }, 6.8],
    ['31b on an EPYC with twelve channels', '31b', 'Q8_0', 460.8, { brand: 'AMD EPYC 9654 96-Core Processor' }, 8.5],
    ['e4b on the processor of an M1 Max', 'e4b', 'Q4_0', 409.6, { brand: 'Apple M1 Max', cores: 8 }, 25.1],
  ] as const)('%s', (_, variant, quantization, gigabytes, host, measured) => {
    const bandwidthBytesPerSecond = gigabytes * 1e9;
    const shape = stockShape(variant, quantization);
    holds(question({ shape, devices: [], host: { features: [], ...host, bandwidthBytesPerSecond } }), measured);
  });
});

describe('a measured memory rate', () => {
  const at = (bandwidthBasis: 'measured' | 'nominal' | 'assumed', brand: string | null = null) =>
    predictByFormula(
      question({
        shape: stockShape('12b', 'Q4_0'),
        devices: [],
        host: { bandwidthBytesPerSecond: 28e9, bandwidthBasis, features: [], brand },
      }),
    )!;

  it('a measured memory rate counts for 0.7 of it, whatever the class of the processor', () => {
    const { weights } = stockShape('12b', 'Q4_0');
    const rate = 28e9 / weights.tensorBytes;
    expect(at('measured').expectedTokensPerSecond / (rate * 0.7)).toBeCloseTo(1, 2);
    expect(at('measured').lowTokensPerSecond / (rate * 0.7 * 0.62)).toBeCloseTo(1, 2);
    expect(at('measured').highTokensPerSecond / (rate * 0.7 * 1.46)).toBeCloseTo(1, 2);
    expect(at('measured', 'Intel(R) Core(TM) i7-8550U')).toEqual(at('measured'));
  });

  it('a measured memory rate tells more than the same figure from a data sheet, and an assumed figure less exactly', () => {
    expect(at('measured').lowTokensPerSecond).toBeGreaterThan(at('nominal').lowTokensPerSecond);
    expect(at('assumed').expectedTokensPerSecond).toBe(at('nominal').expectedTokensPerSecond);
    expect(at('assumed').lowTokensPerSecond).toBeLessThan(at('nominal').lowTokensPerSecond * 0.8);
    expect(at('assumed').highTokensPerSecond).toBeGreaterThan(at('nominal').highTokensPerSecond * 1.3);
  });
});

it('the deeper the cache, the wider the band below', () => {
  const spread = (depthTokens: number) => {
    const { lowTokensPerSecond, highTokensPerSecond } = predictByFormula(question({ depthTokens }))!;
    return highTokensPerSecond / lowTokensPerSecond;
  };
  expect(spread(131_072)).toBeGreaterThan(spread(0) * 1.05);
});

it('a conversation is slower the more of its context is in use', () => {
  const at = (depthTokens: number) => predictShapeSpeed(question({ depthTokens }))!.expectedTokensPerSecond;
  expect(at(0)).toBeGreaterThan(at(32_768));
  expect(at(32_768)).toBeGreaterThan(at(65_536));
});

describe('Ollama before 0.30', () => {
  it('Ollama before 0.30 is slower with its own engine, most of all on e2b and e4b: 53 on a GB10 where llama.cpp makes 100', () => {
    const gb10 = device({ bandwidthBytesPerSecond: 273e9, architecture: '12.1' });
    const at = (variant: 'e2b' | '26b', engine: SpeedQuestion['engine']) =>
      predictByFormula(question({ shape: stockShape(variant, 'Q4_K_M'), devices: [gb10], ...(engine && { engine }) }))!;
    expect(at('e2b', 'ollama-own').lowTokensPerSecond).toBeLessThan(53);
    expect(at('e2b', 'llama.cpp').lowTokensPerSecond).toBeGreaterThan(53);
    const loss = (variant: 'e2b' | '26b') =>
      at(variant, 'ollama-own').expectedTokensPerSecond / at(variant, undefined).expectedTokensPerSecond;
    expect(loss('e2b')).toBeLessThan(loss('26b'));
    expect(loss('26b')).toBeLessThan(1);
  });
});

describe('no basis, no number', () => {
  it('a device of unknown bandwidth or backend', () => {
    for (const changes of [
      { bandwidthBytesPerSecond: null },
      { bandwidthBytesPerSecond: 0 },
      { backend: 'none' as const },
    ]) {
      expect(predictShapeSpeed(question({ devices: [device(changes)] }))).toBeNull();
    }
  });

  it('RAM of unknown bandwidth, if and only if the processor has work', () => {
    const host = { bandwidthBytesPerSecond: null, features: [] };
    expect(predictShapeSpeed(question({ host }))).not.toBeNull();
    expect(predictShapeSpeed(question({ host, devices: [device({ layers: 30 })] }))).toBeNull();
    expect(predictShapeSpeed(question({ host, shape: stockShape('26b', 'Q4_K_M'), overflowingLayers: 1 }))).toBeNull();
  });
});

describe('measured on this chip', () => {
  const on3090 = (changes: Partial<SpeedQuestion> = {}) =>
    question({
      shape: stockShape('26b', 'Q4_K_M'),
      devices: [device({ name: 'NVIDIA GeForce RTX 3090', bandwidthBytesPerSecond: 936.2e9 })],
      ...changes,
    });

  it('measured on this chip is preferred to the formula, and holds what was measured', () => {
    const band = predictShapeSpeed(on3090({ depthTokens: 4096 }));
    expect(band?.basis).toBe('measured');
    expect(band?.lowTokensPerSecond).toBeLessThan(119.4);
    expect(band?.highTokensPerSecond).toBeGreaterThan(119.4);
  });

  it('measured on this chip says nothing of another model, another width, or a model that is spread', () => {
    expect(predictShapeSpeed(on3090({ shape: stockShape('26b', 'Q2_K') }))?.basis).toBe('formula');
    expect(predictShapeSpeed(on3090({ shape: stockShape('31b', 'Q4_K_M') }))?.basis).toBe('formula');
    expect(predictShapeSpeed(on3090({ overflowingLayers: 3 }))?.basis).toBe('formula');
  });
});

describe('laws', () => {
  const anyQuestion = fc
    .record({
      variant: fc.constantFrom(...variantIds),
      quantization: fc.constantFrom(...quantizations),
      backend: fc.constantFrom('cuda', 'rocm', 'metal', 'vulkan', 'sycl'),
      bandwidth: fc.integer({ min: 20, max: 5000 }),
      name: fc.constantFrom(null, 'NVIDIA GeForce RTX 3090', 'Apple M1 Max', 'Radeon 8060S', 'Tesla P40'),
      layers: fc.integer({ min: 0, max: 61 }),
      depthTokens: fc.integer({ min: 0, max: 262_144 }),
      kvType: fc.constantFrom(...kvTypes),
      overflowingLayers: fc.integer({ min: 0, max: 30 }),
    })
    .map(({ variant, quantization, backend, bandwidth, name, layers, ...rest }) =>
      question({
        shape: stockShape(variant, quantization),
        devices: [
          device({
            backend: backend as SpeedDevice['backend'],
            bandwidthBytesPerSecond: bandwidth * 1e9,
            name,
            layers,
          }),
        ],
        ...rest,
        overflowingLayers: variant === '26b' ? rest.overflowingLayers : 0,
      }),
    );

  const notFaster = (slower: SpeedQuestion, faster: SpeedQuestion) => {
    const [a, b] = [predictShapeSpeed(slower)!, predictShapeSpeed(faster)!];
    expect(a.lowTokensPerSecond).toBeLessThanOrEqual(b.lowTokensPerSecond * (1 + 1e-9));
    expect(a.highTokensPerSecond).toBeLessThanOrEqual(b.highTokensPerSecond * (1 + 1e-9));
  };

  it('more bandwidth is never slower', () => {
    fc.assert(
      fc.property(anyQuestion, fc.integer({ min: 1, max: 1000 }), (asked, more) => {
        const devices = asked.devices.map((one) => ({
          ...one,
          bandwidthBytesPerSecond: (one.bandwidthBytesPerSecond ?? 0) + more * 1e9,
        }));
        notFaster(asked, { ...asked, devices });
      }),
    );
  });

  it('a longer conversation is never faster', () => {
    fc.assert(
      fc.property(anyQuestion, fc.integer({ min: 1, max: 100_000 }), (asked, more) => {
        notFaster({ ...asked, depthTokens: asked.depthTokens + more }, asked);
      }),
    );
  });

  it('the band is the right way round, and a place without work changes nothing', () => {
    fc.assert(
      fc.property(anyQuestion, (asked) => {
        const band = predictByFormula(asked)!;
        expect(band.lowTokensPerSecond).toBeGreaterThan(0);
        expect(band.highTokensPerSecond).toBeGreaterThan(band.lowTokensPerSecond);
        const idle = device({ layers: 0, bandwidthBytesPerSecond: null });
        expect(predictByFormula({ ...asked, devices: [...asked.devices, idle] })).toEqual(band);
      }),
    );
  });

  it('however a model is divided, the same bytes are read, as long as no place copies a quantized cache', () => {
    fc.assert(
      fc.property(anyQuestion, fc.integer({ min: 0, max: 61 }), (any, layers) => {
        const asked: SpeedQuestion = { ...any, kvType: 'f16' };
        const divided = [device({ layers }), ...asked.devices];
        const all = bytesRead({ ...asked, devices: [], overflowingLayers: 0 });
        expect(bytesRead({ ...asked, devices: divided }) / all).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('measurements by others (test/data/speed-points.csv)', () => {
  const { points } = readSpeedPoints(readFileSync(new URL('../../data/speed-points.csv', import.meta.url), 'utf8'));
  const scores = scoresOf(points, predictByFormula);

  it.each(families.filter((family) => family !== 'Pascal'))(
    '%s: at least three of four lie inside their band',
    (family) => {
      const own = scores.filter(({ point }) => point.family === family);
      expect(own.length).toBeGreaterThanOrEqual(5);
      expect(own.filter(isInside).length / own.length).toBeGreaterThanOrEqual(0.75);
    },
  );

  it('all: the middle of the band is within 8 % for half of them and within 30 % for nine of ten, and 85 % are inside', () => {
    const all = familyScores(scores).at(-1)!;
    expect(all.points).toBeGreaterThan(280);
    expect(all.median).toBeLessThanOrEqual(0.08);
    expect(all.p90).toBeLessThanOrEqual(0.3);
    expect(all.inside).toBeGreaterThanOrEqual(0.85);
  });
});
