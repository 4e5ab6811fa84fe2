import { readFileSync, writeFileSync } from 'node:fs';
import { cardFiles, cardRows, cardSummary, cardTable } from './real-card.ts';

main(process.argv.slice(3));

/** `npm run bench:card [-- --write]`: what was told and what real cards did; --write puts the tables into README.md and docs/real-cards.md. */
function main(args: readonly string[]): void {
  const tables = cardFiles.map((file) => [file, cardTable(cardRows(file).rows)] as const);
  console.log([cardSummary(), ...tables.map(([, table]) => table)].join('\n\n'));
  if (!args.includes('--write')) return;
  put('README.md', 'card', cardSummary());
  for (const [file, table] of tables) put('docs/real-cards.md', file, table);
}

function put(page: string, mark: string, table: string): void {
  const file = new URL(`../../${page}`, import.meta.url);
  const [start, end] = [`<!-- ${mark}:start -->`, `<!-- ${mark}:end -->`];
  const text = readFileSync(file, 'utf8');
  const [before = '', rest] = text.split(start);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`${page} has no marks for ${mark}.`);
  writeFileSync(file, `${before}${start}\n${table}\n${end}${after}`);
}
