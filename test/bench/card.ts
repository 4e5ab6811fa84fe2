import { readFileSync, writeFileSync } from 'node:fs';
import { cardRows, cardTable } from './real-card.ts';

main(process.argv.slice(3));

/** `npm run bench:card [-- --write]`: what was told and what a real card did, as the table of README.md; --write puts it there. */
function main(args: readonly string[]): void {
  const table = cardTable(cardRows());
  console.log(table);
  if (!args.includes('--write')) return;
  const file = new URL('../../README.md', import.meta.url);
  const text = readFileSync(file, 'utf8').replace(
    /<!-- card:start -->[\s\S]*<!-- card:end -->/,
    () => `<!-- card:start -->\n${table}\n<!-- card:end -->`,
  );
  writeFileSync(file, text);
}
