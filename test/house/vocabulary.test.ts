import { describe, expect, it } from 'vitest';
import { sources } from './sources.ts';

interface Written {
  words: string;
  at: string;
}

const word = "'[\\w.-]+'";
const union = new RegExp(`${word}(?:\\s*\\|\\s*${word}){2,}`, 'g');
const enumeration = new RegExp(`(?:z\\.enum\\(|= )\\[\\s*(${word}(?:,\\s*${word}){2,}),?\\s*\\](?:\\)| as const)`, 'g');

/** Unions and enumerations of three words and more, whatever their order, by file and line. */
function wordLists(files: readonly { path: string; text: string }[]): Written[] {
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(union), ...text.matchAll(enumeration)].map((match) => ({
      words: [...match[0].matchAll(/'([^']+)'/g)]
        .map(([, name]) => name)
        .sort()
        .join(' '),
      at: `${path}:${text.slice(0, match.index).split('\n').length}`,
    })),
  );
}

function writtenTwice(files: readonly { path: string; text: string }[]): string[] {
  const byWords = new Map<string, string[]>();
  for (const { words, at } of wordLists(files)) byWords.set(words, [...(byWords.get(words) ?? []), at]);
  return [...byWords]
    .filter(([, places]) => places.length > 1)
    .map(([words, places]) => `${words}: ${places.join(', ')}`);
}

describe('a vocabulary', () => {
  it('a vocabulary is written in one place, as a constant that its type and its schema come from', () => {
    expect(writtenTwice(sources)).toEqual([]);
  });

  it('a vocabulary would be seen if it were written again, as a union, in a schema or in another order', () => {
    const files = [
      { path: 'a.ts', text: "export const modes = ['full', 'split', 'cpu'] as const;" },
      { path: 'b.ts', text: "type Mode = 'cpu' | 'full' | 'split';\nconst mode = z.enum(['full', 'split', 'cpu']);" },
    ];
    expect(writtenTwice(files)).toEqual(['cpu full split: a.ts:1, b.ts:1, b.ts:2']);
  });
});
