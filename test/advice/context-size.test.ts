import { describe, expect, it } from 'vitest';
import { largestContextTokens, parseContextTokens } from '../../src/advice/context-size.ts';
import { variants } from '../../src/data/tables.ts';
import { refusalOf } from '../refusal.ts';

describe('a context as people write it', () => {
  it.each([
    ['512', 512],
    ['32768', 32_768],
    ['32k', 32_768],
    ['32K', 32_768],
    ['32 k', 32_768],
    [' 32k ', 32_768],
    ['1.25k', 1280],
    ['0.25m', 262_144],
    ['262144', 262_144],
  ])('%j is %s tokens', (text, tokens) => {
    expect(parseContextTokens(text)).toBe(tokens);
  });

  it.each([
    ['nothing', ''],
    ['no token at all', '0'],
    ['a negative number', '-1'],
    ['half a token', '0.5'],
    ['a part of a token', '0.3k'],
    ['a unit that nobody has', '4g'],
    ['a unit alone', 'k'],
    ['a bare point', '4.k'],
    ['words around it', 'about 4k'],
    ['words behind it', '4k tokens'],
  ])('%s is refused: %j', (_, text) => {
    expect(refusalOf(() => parseContextTokens(text)).code).toBe('bad-number');
  });

  it('a context as people write it that is refused is quoted, with what was expected and the usual range', () => {
    const { message, hint } = refusalOf(() => parseContextTokens('4 gallons'));
    expect(message).toBe('"4 gallons" is not a context size: expected a number of tokens such as 32768 or 32k.');
    expect(hint).toBe('Use 4k to 256k; k is 1024 tokens.');
  });

  it.each([
    ['32', '"32" is not a context of Gemma 4: 512 tokens to 256K.', 'Did you mean 32k?'],
    ['256', '"256" is not a context of Gemma 4: 512 tokens to 256K.', 'Did you mean 256k?'],
    ['511', '"511" is not a context of Gemma 4: 512 tokens to 256K.', 'Use 4k to 256k; k is 1024 tokens.'],
  ])('%s is a forgotten k', (text, message, hint) => {
    expect(refusalOf(() => parseContextTokens(text))).toMatchObject({ code: 'bad-number', message, hint });
  });

  it.each(['1m', '16m', '257k', '262145'])('%s is more than any model takes, and the limit is told', (text) => {
    const { code, message, hint } = refusalOf(() => parseContextTokens(text));
    expect(code).toBe('bad-number');
    expect(message).toBe(`"${text}" is not a context of Gemma 4: 512 tokens to 256K.`);
    expect(hint).toBe('Use 4k to 256k; k is 1024 tokens.');
  });
});

it('the limit is what the model takes that takes most', () => {
  const trained = variants.map(({ architecture }) => architecture.trainedContextTokens);
  expect(largestContextTokens).toBe(Math.max(...trained));
});
