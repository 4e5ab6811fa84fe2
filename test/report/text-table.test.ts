import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/report/text.ts';
import { labelledLines, textTable } from '../../src/report/text-table.ts';

describe('a table of text', () => {
  it('a table of text has columns as wide as their widest text, two spaces between them, and no spaces at the end', () => {
    expect(
      textTable({
        columns: [{}, { align: 'right' }, {}],
        rows: [
          ['Build', 'Size', 'Input'],
          ['26b-it-qat', '4 GB', ''],
        ],
      }),
    ).toEqual(['Build       Size  Input', '26b-it-qat  4 GB']);
  });

  it('a table of text keeps the width and the indent that it is given', () => {
    const columns = [{ cells: 6 }, { align: 'right', cells: 4 } as const];
    expect(textTable({ columns, rows: [['a', 'b']], gap: 0, indent: 2 })).toEqual(['  a        b']);
  });

  it('a table of text aligns by cells: wide characters count two, colours nothing', () => {
    const lines = textTable({
      columns: [{}, {}],
      rows: [
        ['一二', '.'],
        ['\u001b[1mab\u001b[22m', '.'],
        ['abcd', '.'],
      ],
    });
    expect(lines.map(displayWidth)).toEqual([7, 7, 7]);
  });

  it('a table of text puts one text in place of several columns, and widens the last of them for it', () => {
    expect(
      textTable({
        columns: [{}, {}, {}, {}],
        rows: [
          ['a', 'b', 'c', 'd'],
          ['a', { content: 'too big by far', colSpan: 2 }, 'd'],
        ],
      }),
    ).toEqual(['a  b  c            d', 'a  too big by far  d']);
  });

  it('a table of text continues a text of several lines in its own column', () => {
    expect(textTable({ columns: [{}, {}], rows: [['Meaning', 'one\ntwo']] })).toEqual(['Meaning  one', '         two']);
  });

  it('a table of text aligns rows far apart alike: a fleet has thousands', () => {
    const rows = Array.from({ length: 120 }, (_, at) => [at === 119 ? 'the longest name' : `m${at}`, '.']);
    expect(new Set(textTable({ columns: [{}, {}], rows }).map(displayWidth))).toEqual(new Set([19]));
  });

  it('a table of text without rows has no lines', () => {
    expect(textTable({ columns: [{}], rows: [] })).toEqual([]);
  });
});

describe('labels beside their texts', () => {
  it('labels beside their texts break a long text within the width, beside its label', () => {
    const lines = labelledLines([['Source', 'one two three']], { width: 16 });
    expect(lines).toEqual(['Source  one two', '        three']);
  });
});
