import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeModel } from '../../src/model/fit/place.ts';
import { estimateMemory } from '../../src/model/memory/estimate.ts';
import { kvTypes, quantizations, variantIds } from '../../src/model/types.ts';
import { total } from './golden.ts';

const model = fc.record({ variant: fc.constantFrom(...variantIds), quantization: fc.constantFrom(...quantizations) });
const context = fc.integer({ min: 1, max: 262_144 });
const load = fc.record({
  contextTokens: context,
  sequences: fc.constant(1),
  microBatch: fc.constantFrom(64, 128, 256, 512, 1024, 2048, 4096),
  kvType: fc.constantFrom(...kvTypes),
});
const everything = (input: Parameters<typeof estimateMemory>[0]) => {
  const { device, host } = estimateMemory(input);
  return { device: total(device), host: total(host) };
};

describe('laws of the memory model', () => {
  it('memory never falls as the context grows', () => {
    fc.assert(
      fc.property(model, load, context, (m, l, more) => {
        const shorter = everything({ ...m, ...l });
        const longer = everything({ ...m, ...l, contextTokens: l.contextTokens + more });
        expect(longer.device).toBeGreaterThanOrEqual(shorter.device);
        expect(longer.host).toBeGreaterThanOrEqual(shorter.host);
      }),
    );
  });

  it('memory never falls with a larger micro-batch, nor with more sequences of the same length', () => {
    fc.assert(
      fc.property(model, load, fc.integer({ min: 1, max: 8 }), (m, l, sequences) => {
        const one = everything({ ...m, ...l });
        expect(everything({ ...m, ...l, microBatch: l.microBatch * 2 }).device).toBeGreaterThanOrEqual(one.device);
        const many = everything({ ...m, ...l, contextTokens: l.contextTokens * sequences, sequences });
        expect(many.device).toBeGreaterThanOrEqual(one.device);
      }),
    );
  });

  it('a smaller KV type never takes more', () => {
    fc.assert(
      fc.property(model, load, (m, l) => {
        const bytes = kvTypes.map((kvType) => estimateMemory({ ...m, ...l, kvType }).device.kvCacheBytes);
        expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
      }),
    );
  });

  it('layers on the device and layers on the host make up the whole: weights and KV are only moved, but for what a device pads', () => {
    fc.assert(
      fc.property(model, load, fc.integer({ min: 0, max: 61 }), (m, l, gpuLayers) => {
        const whole = estimateMemory({ ...m, ...l });
        const split = estimateMemory({ ...m, ...l, gpuLayers });
        const sum = (e: typeof whole, part: 'weightsBytes' | 'kvCacheBytes') => e.device[part] + e.host[part];
        expect(Math.abs(sum(split, 'weightsBytes') - sum(whole, 'weightsBytes'))).toBeLessThanOrEqual(2);
        const paddedEndsBytes = l.kvType === 'f16' ? 0 : 60 * 2 * 512;
        const lessKv = sum(whole, 'kvCacheBytes') - sum(split, 'kvCacheBytes');
        expect(lessKv).toBeGreaterThanOrEqual(-2);
        expect(lessKv).toBeLessThanOrEqual(2 + paddedEndsBytes);
      }),
    );
  });

  it('every part is a whole number of bytes, never negative', () => {
    fc.assert(
      fc.property(model, load, fc.integer({ min: 0, max: 61 }), (m, l, gpuLayers) => {
        const { device, host } = estimateMemory({ ...m, ...l, gpuLayers });
        for (const bytes of [...Object.values(device), ...Object.values(host)]) {
          expect(bytes).toSatisfy((value: number) => Number.isSafeInteger(value) && value >= 0);
        }
      }),
    );
  });

  it('a device that is given more never gets fewer layers, and the whole model needs its margin', () => {
    const gib = 2 ** 30;
    fc.assert(
      fc.property(
        model,
        load,
        fc.double({ min: 1, max: 90, noNaN: true }),
        fc.double({ min: 0, max: 40, noNaN: true }),
        (m, l, free, more) => {
          const place = (freeGib: number) =>
            placeModel({ ...m, ...l, devices: [{ freeBytes: Math.round(freeGib * gib), marginBytes: gib }] });
          const small = place(free);
          const large = place(free + more);
          expect(large.gpuLayers - large.overflowingLayers).toBeGreaterThanOrEqual(
            small.gpuLayers - small.overflowingLayers - 1,
          );
          if (large.mode === 'full')
            expect(total(large.devices[0]!)).toBeLessThanOrEqual((free + more) * gib - gib + 1);
          if (small.mode === 'full') expect(large.mode).toBe('full');
        },
      ),
    );
  });
});
