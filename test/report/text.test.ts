import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, escapeMarkdown, escapeXml, shorten, wrap } from '../../src/report/text.ts';
import { clean } from '../../src/text.ts';
import { hostileNames } from './hostile.ts';

const anyText = fc.oneof(fc.constantFrom(...hostileNames), fc.string({ unit: 'binary', maxLength: 80 }));

describe('foreign text', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]8;;https://example.org\u0007link\u001b]8;;\u0007', 'link'],
    ['\u009b2Jcleared', 'cleared'],
    ['one\r\ntwo\ttabbed', 'one two tabbed'],
    ['\u202egnirts\u202c', 'gnirts'],
    ['\ud800lone', '\ufffdlone'],
    ['::error::forged', ': :error::forged'],
    ['http://[::1]:11434', 'http://[::1]:11434'],
    ['NVIDIA GeForce RTX 4090', 'NVIDIA GeForce RTX 4090'],
  ])('%j becomes %j', (foreign, safe) => expect(clean(foreign)).toBe(safe));

  it('foreign text is left as it is once it is clean', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(clean(clean(text))).toBe(clean(text));
      }),
    );
  });
});

describe('escaping', () => {
  it('escaping leaves no markup in XML', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(escapeXml(text)).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
      }),
    );
  });

  it('escaping leaves no table break, tag, mention or link in Markdown', () => {
    expect(escapeMarkdown('a|b <b> @x [y](z) `c` https://e.org')).toBe(
      'a\\|b &lt;b&gt; &#64;x \\[y\\](z) \\`c\\` https<!-- -->://e.org',
    );
  });
});

describe('width', () => {
  it.each([
    ['abc', 3],
    ['一二', 4],
    ['e\u0301', 1],
    ['🖥', 1],
    ['😀', 2],
    ['\u001b[1mbold\u001b[22m', 4],
  ])('%j takes %i cells', (text, cells) => expect(displayWidth(text)).toBe(cells));

  it('a text is wrapped so that no line is wider and no word is lost', () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 30 }), fc.integer({ min: 20, max: 100 }), (text, columns) => {
        const lines = wrap(text, columns, '  ');
        expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(columns);
        expect(lines.map((line) => line.trim()).join(' ')).toBe(text);
      }),
    );
  });

  it('a word that is wider than the line is cut', () => {
    expect(wrap('x'.repeat(25), 10)).toEqual(['x'.repeat(10), 'x'.repeat(10), 'x'.repeat(5)]);
  });

  it('a text is shortened to cells, not to characters', () => {
    expect(shorten('一二三四', 6)).toBe('一二..');
  });
});
