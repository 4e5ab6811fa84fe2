import { describe, expect, it } from 'vitest';
import { sources } from './sources.ts';

const declared =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type|enum) (\w+)/gm;

/** Names that more than one file declares and exports, with the files. */
function sharedNames(files: readonly { path: string; text: string }[]): string[] {
  const byName = new Map<string, string[]>();
  for (const { path, text } of files) {
    for (const name of new Set([...text.matchAll(declared)].map(([, word = '']) => word))) {
      byName.set(name, [...(byName.get(name) ?? []), path]);
    }
  }
  return [...byName].filter(([, paths]) => paths.length > 1).map(([name, paths]) => `${name}: ${paths.join(', ')}`);
}

describe('names', () => {
  it('names are exported by one file each: one name, one meaning', () => {
    expect(sharedNames(sources)).toEqual([]);
  });

  it('a second one would be seen', () => {
    const text = 'export function placeOf() {}\nexport type Place = 1;\n';
    const files = [
      { path: 'a.ts', text },
      { path: 'b.ts', text: 'export interface Place {}' },
    ];
    expect(sharedNames(files)).toEqual(['Place: a.ts, b.ts']);
  });
});
