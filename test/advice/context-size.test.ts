import { describe, expect, it } from 'vitest';
import { parseContextTokens } from '../../src/advice/context-size.ts';
import { refusalOf } from '../refusal.ts';

describe('a context as people write it', () => {
  it.each([
    ['1', 1],
    ['32768', 32_768],
    ['32k', 32_768],
    ['32K', 32_768],
    ['32 k', 32_768],
    [' 32k ', 32_768],
    ['1.25k', 1280],
    ['0.5m', 524_288],
    ['16m', 16_777_216],
    ['16777216', 16_777_216],
  ])('%j is %s tokens', (text, tokens) => {
    expect(parseContextTokens(text)).toBe(tokens);
  });

  it.each([
    ['nothing', ''],
    ['no token at all', '0'],
    ['a negative number', '-1'],
    ['half a token', '0.5'],
    ['a part of a token', '0.3k'],
    ['one more than 16m', '16777217'],
    ['a unit that nobody has', '4g'],
    ['a unit alone', 'k'],
    ['a bare point', '4.k'],
    ['words around it', 'about 4k'],
    ['words behind it', '4k tokens'],
  ])('%s is refused: %j', (_, text) => {
    expect(refusalOf(() => parseContextTokens(text)).code).toBe('bad-number');
  });

  it('that is refused is quoted, with what was expected and the usual range', () => {
    const { message, hint } = refusalOf(() => parseContextTokens('4 gallons'));
    expect(message).toBe('"4 gallons" is not a context size: expected a number of tokens such as 32768 or 32k.');
    expect(hint).toBe('Use 4k to 256k; k is 1024 tokens.');
  });
});
