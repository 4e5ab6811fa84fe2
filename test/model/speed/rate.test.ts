import { describe, expect, it } from 'vitest';
import { stockShape } from '../../../src/model/memory/shape.ts';
import { overrideFor, type RateInputs, secondsFor } from '../../../src/model/speed/rate.ts';
import {
  predictByFormula,
  predictSpeed,
  type SpeedDevice,
  type SpeedQuestion,
} from '../../../src/model/speed/speed.ts';
import { device as anyDevice, question as anyQuestion } from './question.ts';

const who = (changes: Partial<RateInputs> = {}): RateInputs => ({
  backend: 'cuda',
  speedClass: 'dense',
  quantization: 'Q4_K_M',
  device: null,
  architecture: null,
  weakCpu: false,
  ...changes,
});
/** One gigabyte of weights in ten blocks, no cache. */
const reads = { weightsBytes: 1e9, kvBytes: 0, blocks: 10 };
const bandwidth = 100e9;
const middle = (changes: Partial<RateInputs>, read = reads) => secondsFor(read, who(changes), bandwidth).middle;

describe('seconds for a place', () => {
  it.each([
    ['cuda, dense', {}, 0.01 / 0.72 + 10 * 30e-6],
    ['cuda, experts: three times the cost of a layer', { speedClass: 'moe' }, 0.01 / 0.72 + 10 * 3 * 30e-6],
    ['metal, small: twice', { backend: 'metal', speedClass: 'small' }, 0.01 / 0.82 + 10 * 2 * 40e-6],
    ['rocm, dense', { backend: 'rocm' }, 0.01 / 0.84 + 10 * 100e-6],
    ['vulkan, small: a share of the bandwidth', { backend: 'vulkan', speedClass: 'small' }, 0.01 / 0.7],
    ['vulkan, experts', { backend: 'vulkan', speedClass: 'moe' }, 0.01 / 0.61],
    ['cpu, small', { backend: 'cpu', speedClass: 'small' }, 0.01 / 0.55],
  ] as const)('%s', (_, changes, expected) => expect(middle(changes)).toBeCloseTo(expected, 9));

  it('are no fewer under Vulkan than bytes and layers take', () => {
    const many = { ...reads, blocks: 1000 };
    expect(middle({ backend: 'vulkan' }, many)).toBeCloseTo(0.01 / 0.82 + 1000 * 30e-6, 9);
  });

  it('are none where nothing is read', () => {
    expect(secondsFor({ weightsBytes: 0, kvBytes: 0, blocks: 3 }, who(), bandwidth)).toEqual({
      fast: 0,
      middle: 0,
      slow: 0,
    });
  });

  it('count the cache as bytes, and widen the slow end by its share of them', () => {
    const { fast, middle: expected, slow } = secondsFor({ ...reads, kvBytes: 1e9 }, who(), bandwidth);
    expect(expected).toBeCloseTo(0.02 / 0.72 + 10 * 30e-6, 9);
    expect(expected / fast).toBeCloseTo(1.15, 9);
    expect(expected / slow).toBeCloseTo(0.85 - 0.5 * 0.3, 9);
  });

  it('cost the layers of an M1 more where there are experts, and there alone', () => {
    const metal = (device: string | null, speedClass: RateInputs['speedClass']) =>
      middle({ backend: 'metal', device, speedClass });
    expect(metal('apple-m1-max', 'moe') - metal('apple-m4-max', 'moe')).toBeCloseTo(10 * (5 - 3) * 40e-6, 12);
    expect(metal('apple-m1-max', 'dense')).toBe(metal(null, 'dense'));
    expect(metal(null, 'moe')).toBe(metal('apple-m4-max', 'moe'));
  });
});

describe('hardware of a class of its own', () => {
  it('lies between two shares of the bandwidth, in the middle of their ratio', () => {
    const pascal = secondsFor(reads, who({ architecture: '6.1' }), bandwidth);
    expect(pascal.fast).toBeCloseTo(0.01 / 0.54, 9);
    expect(pascal.slow).toBeCloseTo(0.01 / 0.26, 9);
    expect(pascal.middle).toBeCloseTo(0.01 / Math.sqrt(0.26 * 0.54), 9);
    const deep = secondsFor({ ...reads, kvBytes: 1e9 }, who({ architecture: '6.1' }), bandwidth);
    expect(deep.slow).toBeCloseTo(0.02 / (0.26 * (1 - 0.15)), 9);
  });

  it.each([
    ['pascal', { architecture: '6.1' }],
    ['jetson', { architecture: '8.7' }],
    ['meteor-lake', { backend: 'sycl', device: 'intel-arc-graphics' }],
    ['radeon-apu', { backend: 'rocm', device: 'amd-radeon-780m' }],
    ['vega-vulkan', { backend: 'vulkan', architecture: 'gfx900' }],
    ['weak-cpu', { backend: 'cpu', weakCpu: true }],
    [undefined, { backend: 'cpu', weakCpu: false }],
    [undefined, { backend: 'rocm', architecture: 'gfx900' }],
    [undefined, { backend: 'cuda', device: 'amd-radeon-780m' }],
    [undefined, { architecture: '8.9' }],
    [undefined, {}],
  ] as const)('is %s for %j', (id, changes) => expect(overrideFor(who(changes))?.id).toBe(id));
});

/** A 3090's bandwidth, and the model with experts on it. */
const device = (changes: Partial<SpeedDevice> = {}) => anyDevice({ bandwidthBytesPerSecond: 936.2e9, ...changes });
const question = (changes: Partial<SpeedQuestion> = {}) =>
  anyQuestion({ shape: stockShape('26b', 'Q4_K_M'), devices: [device()], ...changes });

describe('places one after another', () => {
  it('add up: experts in RAM at 0.3 of its bandwidth, with a band of a quarter', () => {
    const seconds = (asked: SpeedQuestion) => {
      const band = predictByFormula(asked)!;
      return { slow: 1 / band.lowTokensPerSecond, fast: 1 / band.highTokensPerSecond };
    };
    const whole = seconds(question());
    const half = seconds(question({ overflowingLayers: 15 }));
    const { weights } = stockShape('26b', 'Q4_K_M');
    const moved = (weights.layers.reduce((sum, [, experts = 0]) => sum + experts, 0) * 8) / 128 / 2;
    const inRam = moved / (0.3 * 80e9);
    const onCard = moved / (0.72 * 936.2e9);
    expect(half.fast - whole.fast).toBeCloseTo(inRam / 1.25 - onCard / 1.15, 6);
    expect(half.slow - whole.slow).toBeCloseTo(inRam / 0.75 - onCard / 0.85, 6);
  });

  it('are told as a class of their own where one of them is', () => {
    const [usual, jetson] = [device({ layers: 15 }), device({ layers: 16, architecture: '8.7' })];
    expect(predictByFormula(question({ devices: [usual, jetson] }))?.basis).toBe('class');
    expect(predictByFormula(question({ devices: [usual, { ...jetson, architecture: null }] }))?.basis).toBe('formula');
    const old = { bandwidthBytesPerSecond: 80e9, flags: ['avx'] };
    expect(predictByFormula(question({ devices: [usual], host: old }))?.basis).toBe('class');
    expect(predictByFormula(question({ host: old, overflowingLayers: 3 }))?.basis).toBe('formula');
  });

  it.each([
    [['sse2'], true],
    [['avx'], true],
    [['sse2', 'avx2'], false],
    [['asimd'], true],
    [['asimd', 'asimddp'], false],
    [['neon'], false],
  ])('a processor with %j is an old one: %s', (flags, old) => {
    const asked = question({ devices: [], host: { bandwidthBytesPerSecond: 40e9, flags } });
    expect(predictByFormula(asked)?.basis).toBe(old ? 'class' : 'formula');
  });

  it('have no sum without a rate of each that has work', () => {
    const lone = (bandwidthBytesPerSecond: number | null) => [device({ bandwidthBytesPerSecond })];
    for (const rate of [null, 0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(predictByFormula(question({ devices: lone(rate) }))).toBeNull();
      expect(
        predictByFormula(question({ devices: [], host: { bandwidthBytesPerSecond: rate, flags: [] } })),
      ).toBeNull();
    }
  });
});

describe('a speed that others measured on the chip', () => {
  const on3090 = (changes: Partial<SpeedQuestion> = {}, card: Partial<SpeedDevice> = {}) =>
    question({ devices: [device({ name: 'NVIDIA GeForce RTX 3090', ...card })], ...changes });

  it('is the formula’s times how far it was off there, a tenth to either side', () => {
    const measured = predictSpeed(on3090())!;
    const formula = predictByFormula(on3090())!;
    const center = (formula.lowTokensPerSecond / 0.85 + formula.highTokensPerSecond / 1.15) / 2;
    expect(measured.lowTokensPerSecond / center).toBeGreaterThan(0.7);
    const deep = predictSpeed(on3090({ depthTokens: 100_000 }))!;
    const formulaDeep = predictByFormula(on3090({ depthTokens: 100_000 }))!;
    const centerDeep = formulaDeep.highTokensPerSecond / 1.15;
    expect(deep.highTokensPerSecond / centerDeep).toBeCloseTo(measured.highTokensPerSecond / center, 6);
    // The slow end falls with the cache's share of the bytes, as the formula's does.
    const fall = formulaDeep.lowTokensPerSecond / centerDeep / 0.85;
    expect(deep.lowTokensPerSecond / centerDeep).toBeCloseTo((measured.lowTokensPerSecond / center) * fall, 6);
  });

  it.each([
    ['under another backend', {}, { backend: 'vulkan' }],
    ['of a model that is not wholly there', {}, { layers: 30 }],
    ['of another variant', { shape: stockShape('e2b', 'Q2_K') }, {}],
    ['of a file of nobody’s recipe', { shape: { ...stockShape('26b', 'Q4_K_M'), quantization: null } }, {}],
    ['of a device without a name', {}, { name: null }],
    ['of a device that the table lacks', {}, { name: 'Voodoo 5' }],
  ] as const)('is not known %s', (_, changes, card) => {
    expect(predictSpeed(on3090(changes, card))?.basis).not.toBe('measured');
  });

  it('is not known where two devices share the model', () => {
    const half = device({ name: 'NVIDIA GeForce RTX 3090', layers: 31 });
    expect(predictSpeed(question({ devices: [half, { ...half, layers: 0 }] }))?.basis).toBe('formula');
  });

  it('holds for quantizations of four bits alike', () => {
    const at = (quantization: 'Q4_0' | 'Q4_K_S' | 'Q5_K_M') =>
      predictSpeed(on3090({ shape: stockShape('26b', quantization) }))?.basis;
    expect([at('Q4_0'), at('Q4_K_S')]).toEqual(['measured', 'measured']);
  });
});
