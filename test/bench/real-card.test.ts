import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cardFiles, cardRows, cardSummary, cardTable } from './real-card.ts';

describe.each(cardFiles)('loads on a real card (test/data/%s)', (file) => {
  const { rows } = cardRows(file);

  it.each(rows.map((row) => [row.load.id, row] as const))('%s runs at the speed that is told', (_, { load, speed }) => {
    expect(load.tokensPerSecondAtDepth).toBeGreaterThanOrEqual(speed.low);
    expect(load.tokensPerSecondAtDepth).toBeLessThanOrEqual(speed.high);
  });

  it(`loads on a real card (${file}) take no more than the reserve of 1 GiB beyond what llama.cpp says, context of CUDA and a full batch included`, () => {
    for (const { load, measuredTotalMiB } of rows.filter(({ load }) => !load.vision)) {
      expect(load.takenAfterBatchMiB - measuredTotalMiB - (load.draft?.weightsMiB ?? 0), load.id).toBeLessThan(1024);
    }
  });

  it(`loads on a real card (${file}) are the table of docs/real-cards.md`, () => {
    expect(plain(page('docs/real-cards.md'))).toContain(
      plain(`<!-- ${file}:start -->\n${cardTable(rows)}\n<!-- ${file}:end -->`),
    );
  });
});

it('the cards are the table of the README', () => {
  expect(plain(page('README.md'))).toContain(plain(`<!-- card:start -->\n${cardSummary()}\n<!-- card:end -->`));
});

function page(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/** Without the spaces that align a table. */
function plain(text: string): string {
  return text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');
}
