import { describe, expect, it } from 'vitest';
import { parseBytes } from '../../src/cli/values.ts';
import { GiB, MiB, parseAmount } from '../../src/data/units.ts';
import { parseGpuSpecs } from '../../src/machine/hypothetical/parse-gpu.ts';
import { readBytes } from '../../src/machine/quantity.ts';

/** Every way of writing 24 GiB. */
const spellings = [
  '24GB',
  '24 GB',
  '24GiB',
  '24gib',
  '24G',
  '24 g',
  '24Gi',
  '24576MB',
  '24576MiB',
  '24576 M',
  '25165824kB',
];

describe('an amount of memory is one size however it is spelt', () => {
  it.each(spellings)('%s', (text) => {
    expect(parseAmount(text)).toBe(24 * GiB);
    expect(parseBytes(text)).toBe(24 * GiB);
    expect(readBytes(text, 'b', false)).toEqual({ kind: 'value', bytes: 24 * GiB });
  });

  it.each(['24000MB', '24000MiB', '24000 m'])('%s is 24000 MiB', (text) => {
    expect(parseBytes(text)).toBe(24_000 * MiB);
    expect(readBytes(text, 'b', false)).toEqual({ kind: 'value', bytes: 24_000 * MiB });
  });

  it.each(['RTX 3090 24GB', 'RTX 3090 24576MB', 'RTX 3090, 24576 MiB', '2x RTX 3090 24G'])('%s with --gpu', (text) => {
    expect(parseGpuSpecs(text, null)).toMatchObject([{ memoryBytes: 24 * GiB }]);
  });

  it.each([
    ['512', 'b', 512],
    ['512', 'm', 512 * MiB],
    ['512 bytes', 'm', 512],
    ['1.5T', 'b', 1.5 * 1024 * GiB],
    ['0', 'm', 0],
  ] as const)('%s, bare numbers in %s', (text, bareUnit, bytes) => {
    expect(parseAmount(text, bareUnit)).toBe(bytes);
  });

  it.each(['', 'GB', '-1GB', '1,5GB', '24 Gbit', '24XB', '0x10', '1e3', '24GBB', 'NaN'])('%j is none', (text) => {
    expect(parseAmount(text)).toBeNull();
  });
});
