import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root, sources } from './sources.ts';

/** For whoever checks a row. */
const provenance = ['source', 'date', 'unit', 'inferred'];
/** Files whose top-level keys are ids of rows and not names of fields. */
const keyedById: Record<string, string> = { 'weights.json': 'rows', 'cpu-repack.json': 'rows' };

/** Code of src without its comments and without the schemas, which name every field. */
const code = sources
  .filter(({ path }) => !/^data\/(\w+-)*schema\.ts$/.test(path))
  .map(({ text }) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, ''))
  .join('\n');

function fieldsOf(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) fieldsOf(item, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      found.add(name);
      fieldsOf(item, found);
    }
  }
  return found;
}

function withoutIds(file: string, document: Record<string, unknown>): unknown {
  const rows = keyedById[file];
  return rows === undefined ? document : { ...document, [rows]: Object.values(document[rows] as object) };
}

it.each(readdirSync(join(root, 'data')))('data/%s has no field that nothing reads', (file) => {
  const document = JSON.parse(readFileSync(join(root, 'data', file), 'utf8'));
  const fields = [...fieldsOf(withoutIds(file, document))].filter((name) => !provenance.includes(name));
  const words = new Set(code.match(/[\w$]+/g));
  const unread = fields.filter((name) => /^\w+$/.test(name) && !words.has(name));
  expect(unread).toEqual([]);
});
