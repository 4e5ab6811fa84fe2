import { describe, expect, it } from 'vitest';
import { stockShape } from '../../../src/model/memory/shape.ts';
import { readsPerToken } from '../../../src/model/speed/bytes-per-token.ts';
import { shapeOfFile } from '../../../src/model/speed/file-shape.ts';
import type { SpeedQuestion } from '../../../src/model/speed/types.ts';
import { device, question } from './question.ts';

const dense = stockShape('12b', 'Q4_K_M');
const experts = stockShape('26b', 'Q4_K_M');
const reads = (changes: Partial<SpeedQuestion> & { layers?: number[] } = {}) => {
  const { layers = [49], ...rest } = changes;
  return readsPerToken(question({ shape: dense, devices: layers.map((count) => device({ layers: count })), ...rest }));
};

/** Dense (0) or expert (1) bytes of blocks from (inclusive) to (exclusive). */
const blocks = (shape: typeof dense, part: 0 | 1, from: number, to: number) =>
  shape.weights.layers.slice(from, to).reduce((sum, bytes) => sum + (bytes[part] ?? 0), 0);
const headBytes = ({ weights }: typeof dense) => weights.tokenEmbedding + weights.other;
const nothing = { weightsBytes: 0, expertBytes: 0, kvBytes: 0, blocks: 0 };

describe('what a token reads', () => {
  it('what a token reads is every block and the head where everything is', () => {
    const { devices, host, hostExpertBytes } = reads();
    expect(devices).toEqual([
      { weightsBytes: blocks(dense, 0, 0, 48) + headBytes(dense), expertBytes: 0, kvBytes: 0, blocks: 48 },
    ]);
    expect(host).toEqual(nothing);
    expect(hostExpertBytes).toBe(0);
  });

  it('what a token reads is on the host what no device holds: the first blocks', () => {
    const { devices, host } = reads({ layers: [25] });
    expect(host).toEqual({ weightsBytes: blocks(dense, 0, 0, 24), expertBytes: 0, kvBytes: 0, blocks: 24 });
    expect(devices[0]).toEqual({
      weightsBytes: blocks(dense, 0, 24, 48) + headBytes(dense),
      expertBytes: 0,
      kvBytes: 0,
      blocks: 24,
    });
  });

  it('what a token reads is all on the host without a device', () => {
    const { devices, host } = reads({ layers: [] });
    expect(devices).toEqual([]);
    expect(host).toEqual({
      weightsBytes: blocks(dense, 0, 0, 48) + headBytes(dense),
      expertBytes: 0,
      kvBytes: 0,
      blocks: 48,
    });
  });

  it('what a token reads goes over the devices in their order; the last one may hold the head alone', () => {
    const { devices } = reads({ layers: [20, 28, 1] });
    expect(devices.map((part) => part.blocks)).toEqual([20, 28, 0]);
    expect(devices[1]?.weightsBytes).toBe(blocks(dense, 0, 20, 48));
    expect(devices[2]).toEqual({ weightsBytes: headBytes(dense), expertBytes: 0, kvBytes: 0, blocks: 0 });
  });

  it('what a token reads does not grow with more layers than there are, nor with a device that has none left', () => {
    expect(reads({ layers: [1000] })).toEqual(reads());
    expect(reads({ layers: [49, 7] }).devices[1]).toEqual(nothing);
    expect(reads({ layers: [49, 0] }).devices[1]).toEqual(nothing);
  });
});

describe('K and V of the tokens in reach', () => {
  it('K and V of the tokens in reach are all of them in full layers, and the window in the others', () => {
    const kvAt = (depthTokens: number) => reads({ depthTokens }).devices[0]?.kvBytes;
    expect(kvAt(1000)).toBe(2 * 2 * (8 * 512 * 1000 + 40 * 2048 * 1000));
    expect(kvAt(100_000)).toBe(2 * 2 * (8 * 512 * 100_000 + 40 * 2048 * 1024));
  });

  it('K and V of the tokens in reach are those of the layers that are there: every sixth one is full', () => {
    const { devices, host } = reads({ layers: [38], depthTokens: 10_000 });
    expect(host.blocks).toBe(11);
    expect(host.kvBytes).toBe(4 * (1 * 512 * 10_000 + 10 * 2048 * 1024));
    expect(devices[0]?.kvBytes).toBe(4 * (7 * 512 * 10_000 + 30 * 2048 * 1024));
  });

  it.each([
    ['q8_0', 34 / 64],
    ['q4_0', 18 / 64],
  ] as const)('K and V of the tokens in reach take less in %s where attention reads it as it is', (kvType, share) => {
    const bytes = (type: SpeedQuestion['kvType']) =>
      readsPerToken(
        question({ shape: dense, devices: [device({ backend: 'metal' })], depthTokens: 5000, kvType: type }),
      ).devices[0]!.kvBytes;
    expect(bytes(kvType) / bytes('f16')).toBeCloseTo(share, 12);
  });

  it.each(['cuda', 'rocm'] as const)(
    'K and V of the tokens in reach are made f16 in full layers where %s has no kernel for the quantized ones',
    (backend) => {
      const kv = (kvType: SpeedQuestion['kvType']) =>
        readsPerToken(question({ shape: dense, devices: [device({ backend })], depthTokens: 5000, kvType })).devices[0]!
          .kvBytes;
      const full = 2 * 8 * 512 * 5000;
      const sliding = 2 * 40 * 2048 * 1024;
      expect(kv('f16')).toBe(2 * (full + sliding));
      expect(kv('q8_0')).toBe((34 / 32) * (full + sliding) + 4 * full);
      expect(kv('q4_0')).toBe((18 / 32) * (full + sliding) + 4 * full);
    },
  );
});

describe('experts', () => {
  const used = (from: number, to: number) => (blocks(experts, 1, from, to) * 8) / 128;

  it('experts are read by 8 of 128', () => {
    const [all] = reads({ shape: experts, layers: [31] }).devices;
    expect(all?.weightsBytes).toBeCloseTo(blocks(experts, 0, 0, 30) + headBytes(experts) + used(0, 30), 3);
    expect(all?.expertBytes).toBeCloseTo(used(0, 30), 3);
  });

  it('experts of some layers in RAM are read there, the rest on the devices', () => {
    const { devices, host, hostExpertBytes } = reads({ shape: experts, layers: [31], overflowingLayers: 10 });
    expect(hostExpertBytes).toBeCloseTo(used(0, 30) / 3, 3);
    expect(devices[0]?.weightsBytes).toBeCloseTo(
      blocks(experts, 0, 0, 30) + headBytes(experts) + (used(0, 30) * 2) / 3,
      3,
    );
    expect(host).toEqual(nothing);
  });

  it('experts are shared out over the blocks that devices hold, no more than all of them', () => {
    const half = reads({ shape: experts, layers: [16], overflowingLayers: 5 });
    expect(half.hostExpertBytes).toBeCloseTo(used(15, 30) / 3, 3);
    expect(half.host.weightsBytes).toBeCloseTo(blocks(experts, 0, 0, 15) + used(0, 15), 3);
    const all = reads({ shape: experts, layers: [16], overflowingLayers: 99 });
    expect(all.hostExpertBytes).toBeCloseTo(used(15, 30), 3);
    expect(reads({ shape: experts, layers: [1], overflowingLayers: 3 }).hostExpertBytes).toBe(0);
    expect(reads({ shape: experts, layers: [], overflowingLayers: 3 }).hostExpertBytes).toBe(0);
  });
});

describe('a file of another size than the stock recipe', () => {
  const tensors = (shape: typeof dense, part: 0 | 1) => blocks(shape, part, 0, 99);
  const metadata = { '12b': 15_822_240, '26b': 15_823_936 };

  it('a file of another size than the stock recipe of a dense model has all its tensors larger by as much', () => {
    const fileBytes = 9e9;
    const bent = shapeOfFile(dense, { fileBytes, mixed: false });
    const factor = (fileBytes - metadata['12b']) / dense.weights.tensorBytes;
    expect(bent.weights.tensorBytes).toBeCloseTo(fileBytes - metadata['12b'], 3);
    expect(bent.weights.tokenEmbedding).toBeCloseTo(dense.weights.tokenEmbedding * factor, 3);
    expect(bent.weights.other).toBeCloseTo(dense.weights.other * factor, 3);
    expect(tensors(bent, 0)).toBeCloseTo(tensors(dense, 0) * factor, 0);
  });

  it('a file of another size than the stock recipe that keeps all but its experts at eight bits has the dense part of Q8_0, and the rest in its experts', () => {
    const fileBytes = 16e9;
    const eight = stockShape('26b', 'Q8_0');
    const bent = shapeOfFile(experts, { fileBytes, mixed: true });
    const denseBytes = headBytes(eight) + tensors(eight, 0);
    expect(headBytes(bent)).toBe(headBytes(eight));
    expect(tensors(bent, 0)).toBe(tensors(eight, 0));
    expect(bent.weights.tensorBytes).toBe(fileBytes - metadata['26b']);
    expect(tensors(bent, 1)).toBeCloseTo(bent.weights.tensorBytes - denseBytes, 0);
    expect(bent.weights.layers[3]![1]! / bent.weights.layers[20]![1]!).toBeCloseTo(
      experts.weights.layers[3]![1]! / experts.weights.layers[20]![1]!,
      9,
    );
  });

  it('too small for that has no experts, not fewer than none', () => {
    expect(tensors(shapeOfFile(experts, { fileBytes: 1e9, mixed: true }), 1)).toBe(0);
  });

  it('a file of another size than the stock recipe of unknown size, or of a model with a table by layer, is taken as the stock one', () => {
    expect(shapeOfFile(dense, { fileBytes: null, mixed: false })).toBe(dense);
    const small = stockShape('e4b', 'Q4_K_M');
    expect(shapeOfFile(small, { fileBytes: 5e9, mixed: false })).toBe(small);
  });
});
