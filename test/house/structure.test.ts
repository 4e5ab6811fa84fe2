import { describe, expect, it } from 'vitest';
import { cyclesOf, roomOf, sources } from './sources.ts';

const ownImports = (path: string): string[] =>
  (sources.find((source) => source.path === path)?.imports ?? []).flatMap(({ own, target }) => (own ? [target] : []));

describe('files', () => {
  it('none is over 250 lines', () => {
    expect(sources.filter(({ lines }) => lines > 250).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  it('half of them are under 80 lines', () => {
    const lines = sources.map((source) => source.lines).sort((a, b) => a - b);
    expect(lines[Math.floor(lines.length / 2)]).toBeLessThan(80);
  });

  it('import files that exist', () => {
    const paths = new Set(sources.map(({ path }) => path));
    const lost = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ own, target }) => own && !target.startsWith('..') && !paths.has(target))
        .map(({ target }) => `${path} -> ${target}`),
    );
    expect(lost).toEqual([]);
  });

  it('leave src for the tables in data only', () => {
    const outside = sources.flatMap(({ path, imports }) =>
      imports.filter(({ target }) => target.startsWith('..')).map(({ target }) => `${path} -> ${target}`),
    );
    expect(outside.filter((arrow) => !/^(data|model|advice)\/\S+ -> \.\.\/data\/[\w-]+\.json$/.test(arrow))).toEqual(
      [],
    );
  });
});

describe('arrows point one way', () => {
  it('no file imports itself by a detour, types included', () => {
    expect(cyclesOf(new Map(sources.map(({ path }) => [path, ownImports(path)])))).toEqual([]);
  });

  it('no room imports itself by a detour, types included', () => {
    const rooms = new Map<string, Set<string>>();
    for (const { path } of sources) {
      const here = roomOf(path);
      const others = ownImports(path)
        .map(roomOf)
        .filter((room) => room !== here && room !== '..');
      rooms.set(here, new Set([...(rooms.get(here) ?? []), ...others]));
    }
    expect(cyclesOf(rooms)).toEqual([]);
  });

  it('a cycle would be seen', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['b']],
    ]);
    expect(cyclesOf(graph)).toEqual(['b -> c -> b']);
  });
});
