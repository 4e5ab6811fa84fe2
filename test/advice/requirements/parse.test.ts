import { describe, expect, it } from 'vitest';
import { parseContextTokens } from '../../../src/advice/context-size.ts';
import { parseRequirement } from '../../../src/advice/requirements/parse.ts';
import { FitError } from '../../../src/errors.ts';
import { noRequirement } from '../../report/result.ts';

describe('a requirement', () => {
  it.each([
    ['26b', { variant: '26b' }],
    ['26b@32k', { variant: '26b', contextTokensPerSequence: 32_768 }],
    ['26b:q8_0@64k', { variant: '26b', build: 'q8_0', contextTokensPerSequence: 65_536 }],
    ['31b@32k>=20tps', { variant: '31b', contextTokensPerSequence: 32_768, minimumTokensPerSecond: 20 }],
    ['vision@16k', { useCase: 'vision', contextTokensPerSequence: 16_384 }],
    ['e4b>=12.5', { variant: 'e4b', minimumTokensPerSecond: 12.5 }],
    ['31B @ 8192 >= 5 tok/s', { variant: '31b', contextTokensPerSequence: 8192, minimumTokensPerSecond: 5 }],
    ['26b@32k:gpu', { variant: '26b', contextTokensPerSequence: 32_768, onDevice: true }],
    ['26b:gpu', { variant: '26b', onDevice: true }],
    ['26b:q8_0:gpu', { variant: '26b', build: 'q8_0', onDevice: true }],
    [
      '26b:q8_0@4k:GPU>=9tps',
      { variant: '26b', build: 'q8_0', contextTokensPerSequence: 4096, onDevice: true, minimumTokensPerSecond: 9 },
    ],
    ['gemma4:12b-it-qat@16k', { variant: '12b', build: '12b-it-qat', contextTokensPerSequence: 16_384 }],
  ])('%s', (text, expected) => {
    expect(parseRequirement(text)).toEqual({ text, ...noRequirement, ...expected });
  });

  it.each([
    '',
    '@32k',
    '27b@32k',
    '26b@',
    '26b@12q',
    '26b@0',
    '26b@-4k',
    '26b>=fast',
    '26b:@4k',
    '26b@32k>=0',
    'gemma3:4b',
    '26b@32k@64k',
    '26b@32',
    '26b@1m',
    '26b@32k:cpu',
    ':gpu@4k',
  ])('%j is refused in one sentence', (text) => {
    const thrown = (() => {
      try {
        return parseRequirement(text);
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toBeInstanceOf(FitError);
    expect(thrown).toMatchObject({ code: 'usage', hint: expect.stringContaining('26b@32k') });
    expect((thrown as FitError).message).toContain(`"${text}"`);
  });
});

describe('a context size', () => {
  it.each([
    ['4096', 4096],
    ['32k', 32_768],
    ['256K', 262_144],
    ['0.25m', 262_144],
  ])('%s is %s tokens', (text, tokens) => expect(parseContextTokens(text)).toBe(tokens));

  it.each(['12q', '', '-1', '0', '1.5', '4k5', 'NaN', '1e9', '99m', '32'])('%j is refused', (text) => {
    expect(() => parseContextTokens(text)).toThrow(FitError);
  });
});
