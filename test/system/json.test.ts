import { describe, expect, it } from 'vitest';
import { FitError } from '../../src/errors.ts';
import { jsonOrNull, parseJson } from '../../src/system/json.ts';

const bounds = { items: 5, depth: 2 };
const refuse = (why: string) => new FitError('bad-file', `host.json is not a machine file: it ${why}.`, 'Run doctor.');

function refusalOf(text: string | Uint8Array): string {
  try {
    parseJson(text, bounds, refuse);
  } catch (thrown) {
    if (thrown instanceof FitError) return thrown.message;
    throw thrown;
  }
  throw new Error('it was accepted');
}

describe('JSON from outside', () => {
  it.each(['{"a":[1,2]}', '\ufeff{"a":[1,2]}', ' {"a":[1,2]}\n'])('%j is read, as text and as bytes', (text) => {
    expect(parseJson(text, bounds, refuse)).toEqual({ a: [1, 2] });
    expect(parseJson(Buffer.from(text), bounds, refuse)).toEqual({ a: [1, 2] });
    expect(jsonOrNull(text, bounds)).toEqual({ a: [1, 2] });
  });

  it.each([
    ['', 'is empty'],
    [' \n', 'is empty'],
    ['{"a":', 'is not JSON'],
    ['<html>', 'is not JSON'],
    ['\u001b[31m{}', 'is not JSON'],
    ['[1,2,3,4,5,6,7]', 'holds more than expected'],
    ['[[[]]]', 'holds more than expected: too many values, or too deep'],
  ])('%j is refused in one sentence that names the file, what was expected and the fault', (text, why) => {
    expect(refusalOf(text)).toMatch(/^host\.json is not a machine file: it \P{Cc}+\.$/u);
    expect(refusalOf(text)).toContain(`it ${why}`);
    expect(refusalOf(Buffer.from(text))).toBe(refusalOf(text));
    expect(jsonOrNull(text, bounds)).toBeNull();
  });
});
