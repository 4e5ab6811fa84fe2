import { describe, expect, it } from 'vitest';
import { cyclesOf, sources } from './sources.ts';

const ownImports = (path: string): string[] =>
  (sources.find((source) => source.path === path)?.imports ?? []).flatMap(({ own, target }) => (own ? [target] : []));

const folders = ['src', ...new Set(sources.flatMap(({ path }) => foldersOf(path)))].sort();

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

describe('files', () => {
  it('none is over 250 lines', () => {
    expect(sources.filter(({ lines }) => lines > 250).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  it('files import files that exist', () => {
    const paths = new Set(sources.map(({ path }) => path));
    const lost = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ own, target }) => own && !target.startsWith('..') && !paths.has(target))
        .map(({ target }) => `${path} -> ${target}`),
    );
    expect(lost).toEqual([]);
  });

  it('files leave src for the tables in data only', () => {
    const outside = sources.flatMap(({ path, imports }) =>
      imports.filter(({ target }) => target.startsWith('..')).map(({ target }) => `${path} -> ${target}`),
    );
    expect(
      outside.filter((arrow) => !/^(data|model|server-rules|advice)\/\S+ -> \.\.\/data\/[\w-]+\.json$/.test(arrow)),
    ).toEqual([]);
  });
});

describe('arrows point one way', () => {
  it('no file imports itself by a detour, types included', () => {
    expect(cyclesOf(new Map(sources.map(({ path }) => [path, ownImports(path)])))).toEqual([]);
  });

  it.each(folders)('what lies in %s imports one way: its folders and its files', (folder) => {
    const inside = folder === 'src' ? '' : `${folder}/`;
    const childOf = (path: string) => path.slice(inside.length).split('/')[0] ?? path;
    const children = new Map<string, Set<string>>();
    for (const { path } of sources.filter((source) => source.path.startsWith(inside))) {
      const others = ownImports(path).filter((target) => target.startsWith(inside) && !target.startsWith('..'));
      const named = others.map(childOf).filter((child) => child !== childOf(path));
      children.set(childOf(path), new Set([...(children.get(childOf(path)) ?? []), ...named]));
    }
    expect(cyclesOf(children)).toEqual([]);
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
