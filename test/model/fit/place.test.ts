import { describe, expect, it } from 'vitest';
import { variantIds } from '../../../src/data/ids.ts';
import { placeModel } from '../../../src/model/fit/place.ts';
import { estimateMemory } from '../../../src/model/memory/estimate.ts';
import { kvOwner, outputNormBytes, stockShape } from '../../../src/model/memory/shape.ts';
import { total } from '../golden.ts';

const gib = 2 ** 30;
const usual = { variant: '12b', quantization: 'Q4_K_M', contextTokens: 8192 } as const;
const on = (...devices: [freeBytes: number, marginBytes: number][]) =>
  placeModel({ ...usual, devices: devices.map(([freeBytes, marginBytes]) => ({ freeBytes, marginBytes })) });
const whole = estimateMemory(usual);

describe('a model lies', () => {
  it('wholly on a device that keeps its margin, to the byte', () => {
    const need = total(whole.device);
    expect(on([need + gib, gib])).toMatchObject({ mode: 'full', gpuLayers: 49, totalLayers: 49, overflowingLayers: 0 });
    expect(on([need + gib, gib]).devices).toEqual([{ layers: 49, ...whole.device }]);
    expect(on([need + gib, gib]).host).toEqual(whole.host);
    expect(on([need + gib - 1, gib]).mode).toBe('split');
    expect(on([need, 0]).mode).toBe('full');
  });

  it('a model lies in part on a device that does not hold it all', () => {
    const { mode, gpuLayers, devices, host } = on([5 * gib, gib]);
    expect(mode).toBe('split');
    expect(gpuLayers).toBeGreaterThan(10);
    expect(gpuLayers).toBeLessThan(49);
    expect(devices[0]?.layers).toBe(gpuLayers);
    expect(host.weightsBytes).toBeGreaterThan(whole.host.weightsBytes);
  });

  it('a model lies on two devices in proportion to what is free, each layer counted once', () => {
    const { mode, gpuLayers, devices } = on([30 * gib, gib], [10 * gib, gib]);
    expect(mode).toBe('full');
    expect(devices.map(({ layers }) => layers)).toEqual([37, 12]);
    expect(gpuLayers).toBe(49);
  });

  it('a model lies in other proportions where one of two devices would not keep its margin', () => {
    const [first, second] = on([30 * gib, gib], [10 * gib, 9 * gib]).devices;
    expect(first!.layers + second!.layers).toBe(49);
    expect(second!.layers).toBeLessThan(12);
    expect(total(second!)).toBeLessThanOrEqual(gib);
  });

  it('a model lies on the second device where the first has nothing free', () => {
    const { mode, devices } = on([0, 0], [20 * gib, gib]);
    expect(mode).toBe('full');
    expect(devices.map(({ layers }) => layers)).toEqual([0, 49]);
  });
});

describe('a model lies on the processor', () => {
  it('a model lies on the processor where there is no device: the batches are computed there too', () => {
    const { mode, gpuLayers, devices, host, overflowingLayers } = on();
    expect({ mode, gpuLayers, devices, overflowingLayers }).toEqual({
      mode: 'cpu',
      gpuLayers: 0,
      devices: [],
      overflowingLayers: 0,
    });
    // The head is tied to the embedding: on one device there are two copies, on the host as well.
    expect(host.weightsBytes).toBe(whole.device.weightsBytes + whole.host.weightsBytes);
    expect(host.kvCacheBytes).toBe(whole.device.kvCacheBytes);
    // One buffer does for both, with the masks once.
    expect(host.computeBytes).toBeGreaterThan(whole.host.computeBytes);
    expect(host.computeBytes).toBeLessThan(whole.device.computeBytes + whole.host.computeBytes);
  });

  it('a model lies on the processor where no device has anything free: nothing lies on them but the first one’s scratch', () => {
    const { mode, gpuLayers, devices, host } = on([0, 0], [0, 0]);
    expect({ mode, gpuLayers }).toEqual({ mode: 'cpu', gpuLayers: 0 });
    expect(devices).toHaveLength(2);
    expect(devices.map(({ layers, weightsBytes }) => [layers, weightsBytes])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(host.computeBytes).toBeLessThan(on().host.computeBytes);
  });

  it('a model lies on the processor where not one layer fits', () => {
    expect(on([64 * 2 ** 20, 0])).toMatchObject({ mode: 'cpu', gpuLayers: 0 });
  });
});

it('26b counts the layers whose experts lie elsewhere', () => {
  const devices = [{ freeBytes: 8 * gib, marginBytes: gib }];
  const { mode, gpuLayers, overflowingLayers } = placeModel({ ...usual, variant: '26b', devices });
  expect({ mode, gpuLayers }).toEqual({ mode: 'split', gpuLayers: 31 });
  expect(overflowingLayers).toBeGreaterThan(10);
});

describe('the shape of a model', () => {
  it('the shape of a model says what there is when something is not known', () => {
    const shape = (variant: string, quantization: string) => () => stockShape(variant as '12b', quantization as 'Q4_0');
    expect(shape('7b', 'Q4_0')).toThrow(expect.objectContaining({ hint: `Choose one of ${variantIds.join(', ')}.` }));
    expect(shape('12b', 'Q9')).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/^Choose one of .*, Q4_0, .*BF16/) }),
    );
  });

  it('the shape of a model has its output norm in single precision beside the head', () => {
    const shape = stockShape('12b', 'Q4_K_M');
    expect(outputNormBytes(shape)).toBe(4 * 3840);
    expect(outputNormBytes({ ...shape, weights: { ...shape.weights, other: 7 } })).toBe(7);
  });

  it('the shape of a model has blocks that read the cache of the last one of their kind that keeps any', () => {
    const { architecture } = stockShape('e2b', 'Q4_K_M');
    expect(kvOwner(architecture, 3)).toBe(3);
    expect(kvOwner(architecture, 14)).toBe(14);
    expect(kvOwner(architecture, 15)).toBe(13);
    expect(kvOwner(architecture, 19)).toBe(14);
    expect(kvOwner(architecture, 34)).toBe(14);
  });
});
