import { describe, expect, it } from 'vitest';
import { isoTime } from '../../src/report/time.ts';
import {
  count,
  formatContext,
  formatDownload,
  formatInteger,
  formatMemory,
  formatPercent,
  formatSignedPercent,
  formatSpeed,
} from '../../src/report/units.ts';
import { GIB, MIB } from './result.ts';

describe('memory in binary units', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [512 * MIB, '512 MiB'],
    [999 * MIB, '999 MiB'],
    [1000 * MIB, '1.0 GiB'],
    [24564 * MIB, '24.0 GiB'],
    [2000 * GIB, '2000 GiB'],
    [-700 * MIB, '-700 MiB'],
  ])('%i bytes are %s', (bytes, text) => expect(formatMemory(bytes)).toBe(text));
});

describe('downloads in decimal units, as Ollama prints them', () => {
  it.each([
    [7_162_405_886, '7.2 GB'],
    [622_000_000, '622 MB'],
    [11_355, '11 kB'],
    [0, '0 B'],
  ])('%i bytes are %s', (bytes, text) => expect(formatDownload(bytes)).toBe(text));
});

describe('contexts', () => {
  it.each([
    [512, '512'],
    [4096, '4K'],
    [262144, '256K'],
    [1048576, '1M'],
    [48640, '47K'],
    [47_999, '46K'],
    [1025, '1.0K'],
  ])('%i tokens are %s, never rounded up to what does not fit', (tokens, text) =>
    expect(formatContext(tokens)).toBe(text),
  );
});

describe('speeds', () => {
  it.each([
    [44.2, 61.4, '44-61'],
    [44.2, 44.4, '44'],
    [2.34, 3.96, '2.3-4.0'],
    [9.96, 10.4, '10'],
  ])('%d to %d tokens a second are %s', (low, high, text) =>
    expect(formatSpeed({ lowTokensPerSecond: low, highTokensPerSecond: high })).toBe(text),
  );
});

describe('numbers', () => {
  it('digits are grouped the same way in every country', () => expect(formatInteger(7381382048)).toBe('7,381,382,048'));
  it('one is counted without a plural and many with it', () =>
    expect([count(1, 'layer'), count(2, 'layer')]).toEqual(['1 layer', '2 layers']));
});

describe('percent', () => {
  it('a share has one digit behind the point unless told otherwise', () => {
    expect([formatPercent(0.0625), formatPercent(0.0625, 0)]).toEqual(['6.3 %', '6 %']);
  });

  it.each([
    [0.01, 1, '+1.0 %'],
    [-0.004, 1, '-0.4 %'],
    [0.00004, 1, '0.0 %'],
    [-0.00004, 1, '0.0 %'],
    [-0.00004, 3, '-0.004 %'],
    [0, 3, '0.000 %'],
  ])('a deviation of %d with %i digits is %s', (share, digits, text) => {
    expect(formatSignedPercent(share, digits)).toBe(text);
  });
});

describe('time without a clock', () => {
  it.each([0, 951_782_400, 1_709_164_800, 1_795_478_400, 4_102_444_799])('%i is what Date says', (seconds) => {
    expect(isoTime(seconds)).toBe(new Date(seconds * 1000).toISOString().replace('.000', ''));
  });
});
