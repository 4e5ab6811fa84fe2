import { describe, expect, it } from 'vitest';
import { appleChip, mlxChipClass } from '../../src/data/apple-chips.ts';
import { appleGpuCores } from '../../src/data/apple-cores.ts';
import { deviceBandwidth, deviceSpecs } from '../../src/data/devices.ts';

describe('how MLX fills command buffers', () => {
  it.each([
    ['Apple M1', 'base-pro'],
    ['Apple M5', 'base-pro'],
    ['Apple M6', 'base-pro'],
    ['Apple A18 Pro', 'base-pro'],
    ['Apple M2 Pro', 'max-ultra'],
    ['Apple M4 Pro', 'max-ultra'],
    ['Apple M4 Max', 'max-ultra'],
    ['Apple M5 Ultra', 'max-ultra'],
  ])('%s: %s, by the last letter of its GPU', (name, expected) => expect(mlxChipClass(appleChip(name))).toBe(expected));

  it('a chip that is not known counts as the class that takes more memory', () =>
    expect(mlxChipClass(null)).toBe('max-ultra'));
});

describe('GPU cores of an Apple chip', () => {
  it.each([
    ['Apple M4', 120e9, [8, 10]],
    ['Apple M4 Max', 410e9, [32, 32]],
    ['Apple M4 Max', 546e9, [40, 40]],
    ['Apple A18 Pro', 60e9, [5, 5]],
    ['Apple M3 Ultra', 819e9, [60, 80]],
  ])('%s at %d bytes a second: %j', (name, bandwidth, cores) => {
    const chip = appleChip(name);
    expect(chip && appleGpuCores(chip, bandwidth)).toEqual(cores);
  });

  it('a chip that is newer than the table has those of the newest of its tier', () =>
    expect(appleGpuCores({ generation: 9, tier: 'max' }, 614e9)).toEqual([40, 40]));

  it('every Apple row of the table finds its own', () => {
    for (const device of deviceSpecs.filter(({ vendor }) => vendor === 'apple')) {
      const chip = appleChip(device.name);
      const bandwidth = deviceBandwidth(device);
      if (chip === null || bandwidth === null) continue;
      expect(appleGpuCores(chip, bandwidth)[0], device.id).toBeLessThanOrEqual(device.gpuCores?.[0] ?? 0);
    }
  });
});
