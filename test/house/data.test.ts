import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, sources } from './sources.ts';

const folder = join(root, 'data');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

type Row = Record<string, unknown>;
const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects of a table that state no source and date, neither themselves nor the object around them. */
function unsourced(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => unsourced(item, `${path}[${index}]`));
  if (!isRow(value) || isSourced(value)) return [];
  const inner = Object.values(value).filter((item) => typeof item === 'object' && item !== null);
  if (inner.length < Object.keys(value).length || inner.length === 0) return [path];
  return Object.entries(value).flatMap(([key, item]) => unsourced(item, `${path}.${key}`));
}

const isSourced = ({ source, date }: Row): boolean =>
  typeof source === 'string' && source.trim().length > 5 && typeof date === 'string' && /^20\d\d-\d\d-\d\d$/.test(date);

describe('tables', () => {
  it('there are some', () => expect(files.length).toBeGreaterThan(4));

  it.each(files)('%s: every row says where it comes from and when', (name) => {
    expect(unsourced(read(name), name)).toEqual([]);
  });

  it('a row without a source would be seen', () => {
    const good = { source: 'a data sheet', date: '2026-01-01' };
    expect(unsourced([{ id: 'a', ...good }, { id: 'b' }], 'x.json')).toEqual(['x.json[1]']);
    expect(unsourced({ rows: [{ id: 'a', ...good, date: 'lately' }] }, 'x.json')).toEqual(['x.json.rows[0]']);
  });
});

describe('versions of Ollama', () => {
  const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');

  it('versions of Ollama stand in the tables and nowhere in the code', () => {
    const typed = sources.flatMap(({ path, text }) =>
      [...withoutComments(text).matchAll(/['"`]v?0\.\d{2}\.\d+/g)].map(([version]) => `${path}: ${version}`),
    );
    expect(typed).toEqual([]);
  });
});
