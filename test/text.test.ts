import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanDeep } from '../src/clean-deep.ts';
import { clean, cleanLines, cleanText } from '../src/text.ts';

/** What a terminal, a CI log or a reader could be misled by. */
export const dirt =
  /[\p{Cc}\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]|##\w*\[|(^|\s)::/u;

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\u001b[31m',
        '\u009b31m',
        '\u001b]8;;http://x\u0007',
        '\u202e',
        '\u0000',
        '\n::error::x',
        '\r::set-output name=x::y',
        '##[stop-commands]t',
        '##vso[task]',
        '##',
        '[',
        '#\u200b#[group]',
        ':\u200b:error::',
        '\u{e0041}',
        '\ud800',
      ),
    ),
  )
  .map((parts) => parts.join(''));

describe('foreign text, cleaned', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['a\u009b2Jb', 'ab'],
    ['\u001b]8;;http://evil\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['x\n::error title=pwned::y', 'x : :error title=pwned::y'],
    ['##[add-mask]q', '# #[add-mask]q'],
    ['##vso[task.setvariable]x', '# #vso[task.setvariable]x'],
    ['x ##teamcity[buildStop]', 'x # #teamcity[buildStop]'],
    ['## heading', '## heading'],
    ['std::string', 'std::string'],
    ['abc\u202edef', 'abcdef'],
    ['tag\u{e0041}', 'tag'],
  ])('%j is %j', (text, cleaned) => expect(clean(text)).toBe(cleaned));

  it('foreign text, cleaned has nothing that misleads, whatever it was made of', () => {
    fc.assert(fc.property(hostile, (text) => void expect(clean(text)).not.toMatch(dirt)));
  });

  it('foreign text, cleaned stays as it is when it is cleaned again', () => {
    fc.assert(fc.property(hostile, (text) => void expect(clean(clean(text))).toBe(clean(text))));
  });

  it('foreign text, cleaned keeps our own line breaks, and only those', () => {
    expect(cleanLines('one\ntwo\r::x\n')).toBe('one\ntwo : :x\n');
  });

  it('foreign text, cleaned in every field of a value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b'), hostile), (value) => {
        for (const text of Object.values(cleanDeep({ list: [value] }).list[0] ?? {})) expect(text).not.toMatch(dirt);
      }),
    );
  });

  it('foreign text, cleaned is cut to a length, in a time that the length bounds', () => {
    const before = process.cpuUsage();
    const cut = cleanText(`\u001b[31m${'x '.repeat(20_000_000)}`, 100);
    const spentMs = process.cpuUsage(before).user / 1000;
    expect(cut.length).toBe(100);
    expect(cut.endsWith('…')).toBe(true);
    expect(spentMs).toBeLessThan(500);
  });
});
