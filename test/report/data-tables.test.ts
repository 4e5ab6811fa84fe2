import { describe, expect, it } from 'vitest';
import { listBuilds } from '../../src/advice/listing.ts';
import { listTable, tableRenderers } from '../../src/report/data-tables.ts';
import { hostileNames } from './hostile.ts';

const table = (cell: string) => ({
  heads: ['name', 'bytes'],
  rows: [
    [cell, 5],
    ['plain', null],
  ] as (string | number | null)[][],
});

/** Reads CSV back as RFC 4180 has it: commas outside of an even number of quotes divide. */
function readCsv(text: string): string[][] {
  const lines = text.trimEnd().split('\n');
  return lines.map((line) =>
    line
      .split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
      .map((cell) => (cell.startsWith('"') ? cell.slice(1, -1).replace(/""/g, '"') : cell)),
  );
}

describe('csv', () => {
  it.each(hostileNames)('csv keeps two columns and three lines with %j in a cell', (name) => {
    const rows = readCsv(tableRenderers.csv(table(name)));
    expect(rows.map((row) => row.length)).toEqual([2, 2, 2]);
    expect(rows[1]?.[1]).toBe('5');
  });

  it('csv lets no cell become a formula', () => {
    expect(tableRenderers.csv(table('=cmd()'))).toContain("'=cmd()");
    expect(tableRenderers.csv(table('+1'))).toContain("'+1");
  });

  it('csv leaves unknown values empty', () => {
    expect(readCsv(tableRenderers.csv(table('x')))[2]).toEqual(['plain', '']);
  });
});

describe('markdown', () => {
  it.each(hostileNames)('markdown is a table of two columns with %j in a cell', (name) => {
    const lines = tableRenderers.markdown(table(name)).trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(line.replace(/\\\|/g, '').split('|')).toHaveLength(4);
  });
});

describe('list', () => {
  it('list gives the exact bytes of every build', () => {
    const [first] = listBuilds('31b');
    const rows = readCsv(tableRenderers.csv(listTable(listBuilds('31b'))));
    expect(rows[1]?.[0]).toBe(first?.tag);
    expect(rows[1]?.[4]).toBe(String(first?.deviceBytes.at4096 ?? ''));
  });
});
