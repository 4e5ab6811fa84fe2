import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stockShape } from '../../../src/model/memory/shape.ts';
import { readsPerToken } from '../../../src/model/speed/bytes-per-token.ts';
import {
  predictByFormula,
  predictPromptSpeed,
  predictSpeed,
  type SpeedDevice,
  type SpeedQuestion,
} from '../../../src/model/speed/speed.ts';
import { kvTypes, quantizations, variantIds } from '../../../src/model/types.ts';
import { readSpeedPoints } from '../../bench/speed-points.ts';
import { device, question } from './question.ts';

const middle = (asked: SpeedQuestion) => {
  const band = predictByFormula(asked);
  return band === null ? null : (band.lowTokensPerSecond + band.highTokensPerSecond) / 2;
};

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

describe('worked by hand', () => {
  it('31b Q4_K_M on a 3090: 18.67 GB / (0.72 x 936 GB/s) + 60 x 30 us = 29.5 ms', () => {
    const band = predictByFormula(question({ devices: [device({ bandwidthBytesPerSecond: 936.2e9 })] }));
    expect(band?.lowTokensPerSecond).toBeCloseTo(0.85 / 0.0295, 0);
    expect(band?.highTokensPerSecond).toBeCloseTo(1.15 / 0.0295, 0);
    expect(band?.basis).toBe('formula');
  });

  it('26b with half of its experts in RAM on a 3060: about 35 tokens a second, as measured', () => {
    const devices = [device({ bandwidthBytesPerSecond: 360e9 })];
    const host = { bandwidthBytesPerSecond: 86e9, flags: [] };
    const band = predictByFormula(
      question({ shape: stockShape('26b', 'IQ4_XS'), devices, host, overflowingLayers: 15 }),
    );
    expect(band?.lowTokensPerSecond).toBeLessThan(34.8);
    expect(band?.highTokensPerSecond).toBeGreaterThan(34.8);
  });

  it('31b over a 5070 Ti and a 5060 Ti: 25 tokens a second, as measured', () => {
    const devices = [
      device({ bandwidthBytesPerSecond: 896e9, layers: 31 }),
      device({ bandwidthBytesPerSecond: 448e9, layers: 30 }),
    ];
    const band = predictByFormula(question({ devices }));
    expect(band?.lowTokensPerSecond).toBeLessThan(25.1);
    expect(band?.highTokensPerSecond).toBeGreaterThan(25.1);
  });

  it('12b on a Raspberry Pi 5 takes seconds, not milliseconds, for a token', () => {
    const slow = question({
      shape: stockShape('12b', 'Q4_0'),
      devices: [],
      host: { bandwidthBytesPerSecond: 17.1e9, flags: ['asimd', 'asimddp'] },
    });
    expect(middle(slow)).toBeCloseTo(1.6, 0);
  });
});

it('a fast card under Vulkan pays for its layers like a fast card under CUDA', () => {
  const shape = stockShape('e2b', 'Q4_K_M');
  const on = (gigabytes: number) =>
    middle(question({ shape, devices: [device({ backend: 'vulkan', bandwidthBytesPerSecond: gigabytes * 1e9 })] }))!;
  expect(on(60) / on(30)).toBeCloseTo(2, 9);
  expect(on(2000) / on(1000)).toBeLessThan(1.6);
});

it('the deeper the cache, the wider the band below', () => {
  const spread = (depthTokens: number) => {
    const { lowTokensPerSecond, highTokensPerSecond } = predictByFormula(question({ depthTokens }))!;
    return highTokensPerSecond / lowTokensPerSecond;
  };
  expect(spread(0)).toBeCloseTo(1.15 / 0.85, 6);
  expect(spread(131_072)).toBeGreaterThan(1.5);
});

describe('special classes', () => {
  it('a Pascal card is slower than its bandwidth says', () => {
    const pascal = predictByFormula(
      question({ devices: [device({ name: 'NVIDIA GeForce GTX 1070', bandwidthBytesPerSecond: 256e9 })] }),
    );
    const usual = middle(question({ devices: [device({ bandwidthBytesPerSecond: 256e9 })] }));
    expect(pascal?.basis).toBe('class');
    expect(pascal?.highTokensPerSecond).toBeLessThan(usual!);
  });

  it('is found by compute capability too, under any name', () => {
    expect(predictByFormula(question({ devices: [device({ architecture: '8.7' })] }))?.basis).toBe('class');
    expect(predictByFormula(question({ devices: [device({ architecture: '8.9' })] }))?.basis).toBe('formula');
  });

  it('an old processor is told by its instruction sets', () => {
    const on = (flags: string[]) =>
      predictByFormula(question({ devices: [], host: { bandwidthBytesPerSecond: 40e9, flags } }));
    expect(on(['sse2', 'avx'])?.basis).toBe('class');
    expect(on(['sse2', 'avx', 'avx2'])?.basis).toBe('formula');
    expect(on(['asimd'])?.basis).toBe('class');
    expect(on([])?.basis).toBe('formula');
  });

  it('the experts cost an M1 more than an M4 of the same bandwidth', () => {
    const shape = stockShape('26b', 'Q4_K_M');
    const on = (name: string) =>
      middle(question({ shape, devices: [device({ backend: 'metal', name, bandwidthBytesPerSecond: 400e9 })] }));
    expect(on('Apple M1 Max')).toBeLessThan(on('Apple M4 Max')!);
  });
});

describe('no basis, no number', () => {
  it('a device of unknown bandwidth or backend', () => {
    for (const changes of [
      { bandwidthBytesPerSecond: null },
      { bandwidthBytesPerSecond: 0 },
      { backend: 'none' as const },
    ]) {
      expect(predictSpeed(question({ devices: [device(changes)] }))).toBeNull();
    }
  });

  it('RAM of unknown bandwidth, if and only if the processor has work', () => {
    const host = { bandwidthBytesPerSecond: null, flags: [] };
    expect(predictSpeed(question({ host }))).not.toBeNull();
    expect(predictSpeed(question({ host, devices: [device({ layers: 30 })] }))).toBeNull();
    expect(predictSpeed(question({ host, shape: stockShape('26b', 'Q4_K_M'), overflowingLayers: 1 }))).toBeNull();
  });

  it('a prompt rate only where somebody measured that chip with such a model', () => {
    expect(
      predictPromptSpeed('26b', { backend: 'cuda', name: 'NVIDIA GeForce RTX 3090', memoryBytes: null }),
    ).not.toBeNull();
    expect(
      predictPromptSpeed('26b', { backend: 'vulkan', name: 'NVIDIA GeForce RTX 3090', memoryBytes: null }),
    ).toBeNull();
    expect(predictPromptSpeed('26b', { backend: 'cuda', name: 'NVIDIA A2', memoryBytes: null })).toBeNull();
    expect(predictPromptSpeed('26b', { backend: 'cuda', name: null, memoryBytes: null })).toBeNull();
  });
});

describe('measured on this chip', () => {
  const on3090 = (changes: Partial<SpeedQuestion> = {}) =>
    question({
      shape: stockShape('26b', 'Q4_K_M'),
      devices: [device({ name: 'NVIDIA GeForce RTX 3090', bandwidthBytesPerSecond: 936.2e9 })],
      ...changes,
    });

  it('is preferred to the formula, and holds what was measured', () => {
    const band = predictSpeed(on3090({ depthTokens: 4096 }));
    expect(band?.basis).toBe('measured');
    expect(band?.lowTokensPerSecond).toBeLessThan(119.4);
    expect(band?.highTokensPerSecond).toBeGreaterThan(119.4);
  });

  it('says nothing of another model, another width, or a model that is spread', () => {
    expect(predictSpeed(on3090({ shape: stockShape('26b', 'Q2_K') }))?.basis).toBe('formula');
    expect(predictSpeed(on3090({ shape: stockShape('31b', 'Q4_K_M') }))?.basis).toBe('formula');
    expect(predictSpeed(on3090({ overflowingLayers: 3 }))?.basis).toBe('formula');
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
    const [a, b] = [predictSpeed(slower)!, predictSpeed(faster)!];
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

  it('however it is divided, the same bytes are read', () => {
    fc.assert(
      fc.property(anyQuestion, fc.integer({ min: 0, max: 61 }), (asked, layers) => {
        const divided = [device({ layers }), ...asked.devices];
        const all = bytesRead({ ...asked, devices: [], overflowingLayers: 0 });
        expect(bytesRead({ ...asked, devices: divided }) / all).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('measurements by others (test/data/speed-points.csv)', () => {
  const points = readSpeedPoints(readFileSync(new URL('../../data/speed-points.csv', import.meta.url), 'utf8'));

  it.each(['cuda', 'metal', 'rocm', 'vulkan', 'cpu'])(
    '%s: at least four of five lie inside the printed band',
    (backend) => {
      const asked = points.filter((point) => point.backend === backend);
      const inside = asked.filter(({ question, tokensPerSecond }) => {
        const band = predictByFormula(question)!;
        return tokensPerSecond >= band.lowTokensPerSecond && tokensPerSecond <= band.highTokensPerSecond;
      });
      expect(asked.length).toBeGreaterThan(10);
      expect(inside.length / asked.length).toBeGreaterThanOrEqual(0.8);
    },
  );
});
