import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cardRows, cardTable } from './real-card.ts';

const rows = cardRows();

describe('loads on a real card (test/data/real-card.jsonl)', () => {
  it.each(rows.map((row) => [row.load.id, row] as const))('%s runs at the speed that is told', (_, { load, speed }) => {
    expect(load.tokensPerSecondAtDepth).toBeGreaterThanOrEqual(speed.low);
    expect(load.tokensPerSecondAtDepth).toBeLessThanOrEqual(speed.high);
  });

  it('loads on a real card (test/data/real-card.jsonl) take no more than the reserve of 1 GiB beyond what llama.cpp says, context of CUDA and a full batch included', () => {
    for (const { load, measuredTotalMiB } of rows.filter(({ load }) => !load.vision)) {
      expect(load.takenAfterBatchMiB - measuredTotalMiB, load.id).toBeLessThan(1024);
    }
  });

  it('loads on a real card (test/data/real-card.jsonl) are the table of the README', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    expect(plain(readme)).toContain(plain(`<!-- card:start -->\n${cardTable(rows)}\n<!-- card:end -->`));
  });
});

/** Without the spaces that align a table. */
function plain(text: string): string {
  return text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');
}
