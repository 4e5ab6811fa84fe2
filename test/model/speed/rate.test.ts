import { describe, expect, it } from 'vitest';
import type { SpeedForm, SpeedForms } from '../../../src/data/speed-schema.ts';
import { speedForms } from '../../../src/data/speeds.ts';
import { stockShape } from '../../../src/model/memory/shape.ts';
import type { SpeedDevice } from '../../../src/model/speed/hardware.ts';
import { formOf, type RateInputs, secondsFor } from '../../../src/model/speed/rate.ts';
import { predictByFormula, predictShapeSpeed, type SpeedQuestion } from '../../../src/model/speed/speed.ts';
import { device as anyDevice, question as anyQuestion } from './question.ts';

const who = (changes: Partial<RateInputs> = {}): RateInputs => ({
  backend: 'cuda',
  variant: '31b',
  quantization: 'Q4_K_M',
  device: null,
  vendor: null,
  architecture: null,
  laptop: false,
  cpuClass: null,
  cores: null,
  ...changes,
});

/** A row that reaches half of the bandwidth and takes a millisecond for a layer, twice that with experts. */
const row: SpeedForm = {
  id: 'any',
  backends: ['cuda', 'rocm', 'cpu'],
  basis: 'formula',
  efficiency: 0.5,
  layerSeconds: 1e-3,
  layerFactor: { dense: 1, moe: 2, small: 1.5 },
  kvFactor: { dense: 3, moe: 1, small: 1 },
  band: { low: 0.8, high: 1.25 },
  source: 'test',
  date: '2026-11-26',
};
const withRows = (...forms: SpeedForm[]): SpeedForms => ({ ...speedForms, forms });
/** One gigabyte of weights in ten blocks, no cache: 20 ms at half of 100 GB/s, and ten layers. */
const reads = { weightsBytes: 1e9, expertBytes: 0, kvBytes: 0, blocks: 10 };
const seconds = (changes: Partial<RateInputs> = {}, read = reads, form: Partial<SpeedForm> = {}) =>
  secondsFor(read, who(changes), 100e9, withRows({ ...row, ...form }));

describe('seconds for a place', () => {
  it('seconds for a place are bytes over the reached bandwidth and a cost for each layer', () => {
    expect(seconds().expected).toBeCloseTo(0.02 + 10 * 1e-3, 9);
    expect(seconds({ variant: '26b' }).expected).toBeCloseTo(0.02 + 10 * 2e-3, 9);
    expect(seconds({ variant: 'e4b' }).expected).toBeCloseTo(0.02 + 10 * 1.5e-3, 9);
  });

  it('seconds for a place lie between the ends of the row’s band', () => {
    const { fast, expected, slow } = seconds();
    expect(expected / fast).toBeCloseTo(1.25, 9);
    expect(expected / slow).toBeCloseTo(0.8, 9);
  });

  it('seconds for a place are none where nothing is read', () => {
    const none = { weightsBytes: 0, expertBytes: 0, kvBytes: 0, blocks: 3 };
    expect(seconds({}, none)).toEqual({ fast: 0, expected: 0, slow: 0 });
  });

  it('seconds for a place count the cache so many times as the row says, and widen the slow end by its share', () => {
    const { expected, slow } = seconds({}, { ...reads, kvBytes: 1e9 / 3 });
    expect(expected).toBeCloseTo(0.04 + 0.01, 9);
    expect(expected / slow).toBeCloseTo(0.8 - 0.5 * speedForms.depth.lowPerKvShare, 9);
  });

  it('seconds for a place are longer on a laptop’s GPU, whose power is limited, but for the fastest', () => {
    const { expected, fast, slow } = seconds({ laptop: true });
    const { laptop } = speedForms;
    expect(fast).toBeCloseTo(seconds().fast, 12);
    expect(expected).toBeCloseTo(seconds().expected / laptop.expected, 9);
    expect(expected / slow).toBeCloseTo(0.8 * laptop.low, 9);
  });

  it('seconds for a place are bound by the cores where the row says what one takes in', () => {
    const form = { coreBytesPerSecond: 5e9 };
    expect(seconds({ backend: 'cpu', cores: 4 }, reads, form).expected).toBeCloseTo(1e9 / 20e9 + 0.01, 9);
    expect(seconds({ backend: 'cpu', cores: 64 }, reads, form).expected).toBeCloseTo(seconds().expected, 9);
    expect(seconds({ backend: 'cpu', cores: null }, reads, form).expected).toBeCloseTo(seconds().expected, 9);
  });

  it('seconds for a place are bound by the kernels where the row says what an architecture reads at most', () => {
    const form = { mostBytesPerSecond: { '9.0': 10e9 } };
    expect(seconds({ architecture: '9.0' }, reads, form).expected).toBeCloseTo(1e9 / 10e9 + 0.01, 9);
    expect(seconds({ architecture: '10.0' }, reads, form).expected).toBeCloseTo(seconds().expected, 9);
    expect(seconds({}, reads, form).expected).toBeCloseTo(seconds().expected, 9);
  });

  it('seconds for a place take longer for the layers of a card beside a processor that held one back elsewhere', () => {
    const beside = seconds({ backend: 'rocm', cpuClass: 'server' });
    const { expected: usual, slow: slowest } = speedForms.slowHost;
    expect(beside.expected).toBeCloseTo(0.02 + 0.01 * usual, 9);
    expect(beside.slow).toBeCloseTo((0.02 + 0.01 * slowest) / 0.8, 9);
    expect(beside.fast).toBe(seconds().fast);
    expect(seconds({ cpuClass: 'desktop' })).toEqual(seconds());
  });
});

describe('the row that speaks of a place', () => {
  it('the row that speaks of a place is the first whose conditions hold', () => {
    const special = { ...row, id: 'special', architectures: ['6.1'], variants: ['e2b'] as const };
    const forms = withRows({ ...special, variants: ['e2b'] }, row);
    expect(formOf(who({ architecture: '6.1', variant: 'e2b' }), forms).id).toBe('special');
    expect(formOf(who({ architecture: '6.1' }), forms).id).toBe('any');
    expect(formOf(who({ variant: 'e2b' }), forms).id).toBe('any');
    expect(() => formOf(who({ backend: 'metal' }), forms)).toThrow('metal');
  });

  it.each([
    ['pascal', { architecture: '6.1' }],
    ['pascal-e2b', { architecture: '6.1', variant: 'e2b' }],
    ['jetson', { architecture: '8.7' }],
    ['cuda-ada', { architecture: '8.9' }],
    ['cuda-blackwell', { architecture: '12.0' }],
    ['cuda', { architecture: '12.1' }],
    ['cuda', {}],
    ['metal-m1-m2', { backend: 'metal', device: 'apple-m1-max' }],
    ['metal', { backend: 'metal', device: 'apple-m4-max-40' }],
    ['rocm-gfx906', { backend: 'rocm', architecture: 'gfx906' }],
    ['rocm', { backend: 'rocm', architecture: 'gfx1100' }],
    ['intel-igpu', { backend: 'sycl', device: 'intel-arc-graphics' }],
    ['intel-old-igpu', { backend: 'vulkan', device: 'intel-uhd-graphics-630' }],
    ['radeon-apu', { backend: 'vulkan', device: 'amd-radeon-780m' }],
    ['vega-vulkan', { backend: 'vulkan', architecture: 'gfx900' }],
    ['vulkan-bf16-experts', { backend: 'vulkan', variant: '26b', quantization: 'BF16' }],
    ['vulkan', { backend: 'vulkan', variant: '31b', quantization: 'BF16' }],
    ['cpu-weak', { backend: 'cpu', cpuClass: 'weak' }],
    ['cpu-low-power', { backend: 'cpu', cpuClass: 'low-power' }],
    ['cpu', { backend: 'cpu', cpuClass: 'desktop' }],
    ['cpu', { backend: 'cpu' }],
  ] as const)('the row that speaks of a place is %s for %j', (id, changes) =>
    expect(formOf(who(changes), speedForms).id).toBe(id),
  );
});

/** A 3090's bandwidth, and the model with experts on it. */
const device = (changes: Partial<SpeedDevice> = {}) => anyDevice({ bandwidthBytesPerSecond: 936.2e9, ...changes });
const question = (changes: Partial<SpeedQuestion> = {}) =>
  anyQuestion({ shape: stockShape('26b', 'Q4_K_M'), devices: [device()], ...changes });

describe('places one after another', () => {
  it('places one after another add up: experts in RAM at their share of its bandwidth, and a cost for each layer that goes there', () => {
    const expected = (asked: SpeedQuestion) => 1 / predictByFormula(asked)!.expectedTokensPerSecond;
    const { weights } = stockShape('26b', 'Q4_K_M');
    const moved = (weights.layers.reduce((sum, [, experts = 0]) => sum + experts, 0) * 8) / 128 / 2;
    const { efficiency, layerSeconds } = speedForms.hostExperts;
    const onCard = moved / (formOf(who({ variant: '26b' }), speedForms).efficiency * 936.2e9);
    const inRam = moved / (efficiency * 80e9) + 15 * layerSeconds;
    const half = expected(question({ overflowingLayers: 15 }));
    expect(half - expected(question())).toBeCloseTo(inRam - onCard, 6);
  });

  it('places one after another take the same time for sampling however many they are', () => {
    const two = question({ devices: [device({ layers: 15 }), device({ layers: 16 })] });
    const [one, both] = [question(), two].map((asked) => predictByFormula(asked)!.expectedTokensPerSecond);
    expect(both).toBeCloseTo(one!, 6);
  });

  it('places one after another are told as a class of their own where one of them is', () => {
    const [usual, jetson] = [device({ layers: 15 }), device({ layers: 16, architecture: '8.7' })];
    expect(predictByFormula(question({ devices: [usual, jetson] }))?.basis).toBe('class');
    expect(predictByFormula(question({ devices: [usual, { ...jetson, architecture: null }] }))?.basis).toBe('formula');
    const old = { bandwidthBytesPerSecond: 80e9, features: ['avx'] as const };
    expect(predictByFormula(question({ devices: [usual], host: old }))?.basis).toBe('class');
    expect(predictByFormula(question({ host: old, overflowingLayers: 3 }))?.basis).toBe('formula');
  });

  it('places one after another say that the processor may hold a card back, where it is of such a kind', () => {
    const beside = (brand: string) =>
      predictByFormula(
        question({
          devices: [device({ backend: 'rocm' })],
          host: { bandwidthBytesPerSecond: 80e9, features: [], brand },
        }),
      )!;
    expect(beside('Intel(R) Xeon(R) Gold 5318N CPU @ 2.10GHz').slowHost).toBe(true);
    expect(beside('AMD Ryzen 7 9800X3D 8-Core Processor').slowHost).toBe(false);
  });

  it('places one after another have no sum without a rate of each that has work', () => {
    const lone = (bandwidthBytesPerSecond: number | null) => [device({ bandwidthBytesPerSecond })];
    for (const rate of [null, 0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(predictByFormula(question({ devices: lone(rate) }))).toBeNull();
      const host = { bandwidthBytesPerSecond: rate, features: [] };
      expect(predictByFormula(question({ devices: [], host }))).toBeNull();
    }
  });
});

describe('a speed that others measured on the chip', () => {
  const on3090 = (changes: Partial<SpeedQuestion> = {}, card: Partial<SpeedDevice> = {}) =>
    question({ devices: [device({ name: 'NVIDIA GeForce RTX 3090', ...card })], ...changes });

  it('a speed that others measured on the chip is the formula’s times how far it was off there; the slow end falls at depth as the formula’s does', () => {
    const ratio = (depthTokens: number) => {
      const [measured, formula] = [predictShapeSpeed, predictByFormula].map((ask) => ask(on3090({ depthTokens }))!);
      return {
        high: measured!.highTokensPerSecond / formula!.highTokensPerSecond,
        low: measured!.lowTokensPerSecond / formula!.lowTokensPerSecond,
      };
    };
    expect(ratio(100_000).high).toBeCloseTo(ratio(0).high, 2);
    expect(ratio(100_000).low).toBeCloseTo(ratio(0).low, 2);
  });

  it('a speed that others measured on the chip is lower at its low end beside a processor that may hold the card back', () => {
    const card = anyDevice({ backend: 'rocm', name: 'Radeon RX 7900 XT', bandwidthBytesPerSecond: 800e9 });
    const beside = (brand: string) =>
      predictShapeSpeed(question({ devices: [card], host: { bandwidthBytesPerSecond: null, features: [], brand } }))!;
    const [slow, usual] = [beside('Intel(R) Xeon(R) Gold 5318N'), beside('AMD Ryzen 7 9800X3D 8-Core Processor')];
    expect([slow.basis, usual.basis]).toEqual(['measured', 'measured']);
    expect(slow.lowTokensPerSecond).toBeLessThan(usual.lowTokensPerSecond * 0.9);
  });

  it.each([
    ['under another backend', {}, { backend: 'vulkan' }],
    ['of a model that is not wholly there', {}, { layers: 30 }],
    ['of another variant', { shape: stockShape('e2b', 'Q2_K') }, {}],
    ['of a file of nobody’s recipe', { shape: { ...stockShape('26b', 'Q4_K_M'), quantization: null } }, {}],
    ['of a device without a name', {}, { name: null }],
    ['of a device that the table lacks', {}, { name: 'Voodoo 5' }],
  ] as const)('a speed that others measured on the chip is not known %s', (_, changes, card) => {
    expect(predictShapeSpeed(on3090(changes, card))?.basis).not.toBe('measured');
  });

  it('a speed that others measured on the chip is not known where two devices share the model', () => {
    const half = device({ name: 'NVIDIA GeForce RTX 3090', layers: 31 });
    expect(predictShapeSpeed(question({ devices: [half, { ...half, layers: 0 }] }))?.basis).toBe('formula');
  });

  it('a speed that others measured on the chip holds for quantizations of four bits alike', () => {
    const at = (quantization: 'Q4_0' | 'Q4_K_S' | 'Q5_K_M') =>
      predictShapeSpeed(on3090({ shape: stockShape('26b', quantization) }))?.basis;
    expect([at('Q4_0'), at('Q4_K_S')]).toEqual(['measured', 'measured']);
  });
});
