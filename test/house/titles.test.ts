import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './sources.ts';

/** Words that a title cannot begin with when it says what it is about: verbs without a subject, and the second half of a sentence. */
const fragment =
  /^(is|are|has|have|does|do|says?|takes?|keeps?|tells?|gives?|goes|counts|holds|refuses|names|never|of|that|and|but|nor|also)\s/;
/** Nouns that look like them. */
const noun = /^(names|counts|holds) (as|in|of|are|is)\b/;

/** The titles of tests in a file: what stands first in it(…), test(…), it.each(…)(…). */
function titlesIn(text: string): string[] {
  const plain = /^ *(?:it|test)(?:\.\w+)*\(\s*(['"`])((?:(?!\1)[^\\]|\\.)*)\1/gm;
  const each = /\]\s*(?:,\s*)?\)\(\s*(['"`])((?:(?!\1)[^\\]|\\.)*)\1,\s*(?:async )?(?:\(|\w+ =>)/gm;
  return [...text.matchAll(plain), ...text.matchAll(each)].map(([, , title = '']) => title);
}

const isFragment = (title: string) => fragment.test(title) && !noun.test(title);

const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.test.ts') && path !== 'house/titles.test.ts');

describe('titles of tests', () => {
  it('titles of tests are whole statements, so that a search finds them and a red line says what it is about', () => {
    const found = tests.flatMap((path) =>
      titlesIn(readFileSync(join(root, 'test', path), 'utf8'))
        .filter(isFragment)
        .map((title) => `${path}: ${title}`),
    );
    expect(found).toEqual([]);
  });

  it('half a sentence would be seen, in one test and in one for each row', () => {
    const text = "  it('is small', () => {});\n  it.each([\n    ['a'],\n  ])('that is %s is refused', (what) => {});\n";
    expect(titlesIn(text).filter(isFragment)).toEqual(['is small', 'that is %s is refused']);
    expect(titlesIn("it('a start is small', () => {});").filter(isFragment)).toEqual([]);
  });
});
