import { describe, expect, it } from 'vitest';
import { isoTime } from '../../src/report/time.ts';
import {
  count,
  formatContext,
  formatDownload,
  formatInteger,
  formatMemory,
  formatSpeed,
  wordsOfTokens,
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
  it('groups digits the same way in every country', () => expect(formatInteger(7381382048)).toBe('7,381,382,048'));
  it('counts one and many', () => expect([count(1, 'layer'), count(2, 'layer')]).toEqual(['1 layer', '2 layers']));
  it('turns tokens into words a reader can picture', () => {
    expect(wordsOfTokens(32768)).toBe('25,000');
    expect(wordsOfTokens(262144)).toBe('200,000');
    expect(wordsOfTokens(1)).toBe('1');
  });
});

describe('time without a clock', () => {
  it.each([0, 951_782_400, 1_709_164_800, 1_795_478_400, 4_102_444_799])('%i is what Date says', (seconds) => {
    expect(isoTime(seconds)).toBe(new Date(seconds * 1000).toISOString().replace('.000', ''));
  });
});
