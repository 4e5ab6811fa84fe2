import { describe, expect, it } from 'vitest';
import { parseBytes } from '../../src/cli/values.ts';
import { refusalOf } from '../refusal.ts';

const GiB = 2 ** 30;

describe('an amount of memory', () => {
  it.each([
    ['24GiB', 24 * GiB],
    ['8192MiB', 8 * GiB],
    ['24 GB', 24 * GiB],
    ['24', 24 * GiB],
    ['1023', 1023 * GiB],
    ['1073741824', GiB],
    ['25757220864', 25_757_220_864],
    ['512B', 512],
  ])('%s', (text, value) => expect(parseBytes(text)).toBe(value));

  it.each([
    ['8192', 'Say 8192MiB or 8GiB.'],
    ['24564', 'Say 24564MiB or 24GiB.'],
    [' 2048 ', 'Say 2048MiB or 2GiB.'],
    ['1024', 'Say 1024MiB or 1GiB.'],
    ['1073741823', 'Say 1073741823B.'],
  ])('%s as nvidia-smi prints it, or too little for bytes, needs its unit', (text, hint) => {
    expect(refusalOf(() => parseBytes(text))).toMatchObject({
      code: 'bad-number',
      message: `"${text.trim()}" is an amount of memory without its unit.`,
      hint,
    });
  });
});
