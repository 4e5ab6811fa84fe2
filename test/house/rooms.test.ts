import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { roomOf, root, sources } from './sources.ts';

const rooms = [...new Set(sources.map(({ path }) => roomOf(path)))].filter((room) => !room.endsWith('.ts'));

/** The lines of a room's README, by the word they begin with. */
function headerOf(room: string): Record<string, string> {
  const file = join(root, 'src', room, 'README.md');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return Object.fromEntries([...text.matchAll(/^- ([A-Z][\w ]*): (.+)$/gm)].map(([, word, line]) => [word, line]));
}

/** Rooms that a room imports from. */
function importedBy(room: string): string[] {
  const targets = sources
    .filter(({ path }) => roomOf(path) === room)
    .flatMap(({ imports }) => imports.filter(({ own }) => own).map(({ target }) => roomOf(target)));
  return [...new Set(targets)].filter((target) => target !== room && rooms.includes(target)).sort();
}

/** Every file that importing one brings along, sooner or later. */
function reachedFrom(start: string): Set<string> {
  const reached = new Set([start]);
  for (const path of reached) {
    const imports = sources.find((source) => source.path === path)?.imports ?? [];
    for (const { own, target } of imports) if (own) reached.add(target);
  }
  return reached;
}

describe('the library', () => {
  it('the library brings along nothing of the command line', () => {
    const commandLine = /^(cli|commands|terminal)\b/;
    expect([...reachedFrom('index.ts')].filter((path) => commandLine.test(path))).toEqual([]);
    expect([...reachedFrom('cli.ts')].filter((path) => commandLine.test(path))).not.toEqual([]);
  });
});

describe.each(rooms)('src/%s/README.md', (room) => {
  const header = headerOf(room);

  it('a room’s README says what the room answers and where its rules come from', () => {
    expect(Object.keys(header)).toEqual(['Answers', 'Imports', 'Rules from']);
    expect(header.Answers).toMatch(/^(In which|What|How)\b/);
  });

  it('a room’s README names exactly the rooms that it imports from', () => {
    const named = header.Imports?.startsWith('nothing') ? [] : header.Imports?.split(', ');
    expect(named).toEqual(importedBy(room));
  });
});
