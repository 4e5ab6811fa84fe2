import { describe, expect, it } from 'vitest';
import { deviceSpecs } from '../../../src/data/devices.ts';
import { hypotheticalMachine } from '../../../src/machine/hypothetical/index.ts';
import { parseGpuSpecs } from '../../../src/machine/hypothetical/parse-gpu.ts';
import { refusalOf } from '../../refusal.ts';

const gib = 2 ** 30;
const asked = (text: string) =>
  parseGpuSpecs(text, null).map(({ device, memoryBytes }) => [device.id, (memoryBytes ?? 0) / gib]);

describe('a Mac by the name of the product', () => {
  it.each([
    ['macbook air m2 16gb', 'apple-m2', 16],
    ['Mac mini M4 16GB', 'apple-m4', 16],
    ['Mac Studio M3 Ultra 512GB', 'apple-m3-ultra', 512],
    ['m2pro 32gb', 'apple-m2-pro', 32],
    ['M2 Pro 32', 'apple-m2-pro', 32],
    ['m4max128', 'apple-m4-max-40', 128],
    ['MacBook Pro M3 Max 36GB', 'apple-m3-max-30', 36],
    ['macbook pro 14 m4 pro 24gb', 'apple-m4-pro', 24],
    ['MacBook Pro 16" 2021 M1 Max 64GB', 'apple-m1-max', 64],
    ['Apple MacBook Pro (14-inch, M1 Pro, 2021) 16 GB', 'apple-m1-pro', 16],
    ['Mac mini (2024) M4 Pro, 48 GB', 'apple-m4-pro', 48],
    ['iMac M1 16GB', 'apple-m1', 16],
    ['iMac 24-inch M4 24GB', 'apple-m4', 24],
    ['Mac Pro M2 Ultra 192GB', 'apple-m2-ultra', 192],
    ['MBA M3 16GB', 'apple-m3', 16],
    ['MBP M5 Max 128', 'apple-m5-max-40', 128],
    ['MacBook Pro M4 Max 32-core GPU 36GB', 'apple-m4-max-32', 36],
    ['MacBook Neo', 'apple-a18-pro', 8],
    ['A18 Pro 8GB', 'apple-a18-pro', 8],
  ])('%s', (text, id, size) => expect(asked(text)).toEqual([[id, size]]));

  it.each(['MacBook Air', 'Mac mini', 'iMac 24GB', 'Mac Studio 64GB'])(
    '%s comes with several chips: it is asked which',
    (text) => {
      const refusal = refusalOf(() => asked(text));
      expect(refusal.code).toBe('unknown-device');
      expect(refusal.message).toContain('several chips');
    },
  );
});

describe('the Macs of the table', () => {
  const macs = deviceSpecs.filter(({ vendor }) => vendor === 'apple');

  it('the Macs of the table are all chips from M1 to M5, base to Max, and the Ultras that were sold', () => {
    const names = new Set(macs.map(({ name }) => name));
    for (const generation of [1, 2, 3, 4, 5]) {
      for (const tier of ['', ' Pro', ' Max']) expect(names).toContain(`Apple M${generation}${tier}`);
    }
    for (const generation of [1, 2, 3]) expect(names).toContain(`Apple M${generation} Ultra`);
  });

  it('each is a machine in each of its sizes, with what Metal leaves to a model and a bandwidth', () => {
    for (const { name, memoryGiB } of macs) {
      for (const size of memoryGiB) {
        const [gpu] = hypotheticalMachine({ gpu: `${name} ${size}GB` }).accelerators;
        const share = (gpu?.memory.totalBytes ?? 0) / (size * gib);
        expect(share).toBeGreaterThan(0.739);
        expect(share).toBeLessThanOrEqual(0.84);
        expect(gpu?.bandwidthBytesPerSecond).toBeGreaterThanOrEqual(60e9);
      }
    }
  });
});
