import { describe, expect, it } from 'vitest';
import { roomOf, type Source, sources } from './sources.ts';

const pureRooms = [
  'text.ts',
  'limits.ts',
  'model',
  'server-rules',
  'advice',
  'report',
  'data',
  'exit.ts',
  'errors.ts',
  'memoize.ts',
];
const pure = sources.filter(({ path }) => pureRooms.includes(roomOf(path)));
/** zod describes values, cli-table3 lays out text: neither reads anything. */
const harmless = ['zod', 'cli-table3'];
/** Types and pure functions of the other folders; never their I/O. */
const outward = /^(commands|cli|terminal|system|machine\/(probes\/|host\/|probe\.ts))/;

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
const withoutText = (text: string) => withoutComments(text).replace(/'[^'\n]*'|`[^`]*`/g, "''");

const complaints = (wrong: (source: Source) => string[]): string[] =>
  pure.flatMap((source) => wrong(source).map((what) => `${source.path}: ${what}`));

describe('the pure rooms', () => {
  it('the pure rooms import nothing from outside but a describer of values', () => {
    const foreign = complaints(({ imports }) =>
      imports.filter(({ own, target }) => !own && !harmless.includes(target)).map(({ target }) => target),
    );
    expect(foreign).toEqual([]);
  });

  it('the pure rooms import nothing that reads or writes the world', () => {
    const known = complaints(({ imports }) =>
      imports.filter(({ own, target }) => own && outward.test(target)).map((i) => i.target),
    );
    expect(known).toEqual([]);
  });

  it('the pure rooms reach nothing that reads or writes through a file that they import', () => {
    const byPath = new Map(sources.map((source) => [source.path, source]));
    const impure = new Set<string>();
    const visit = (path: string, seen: Set<string>): void => {
      if (seen.has(path)) return;
      seen.add(path);
      for (const { own, target } of valueImports(byPath.get(path))) {
        if (!own && !harmless.includes(target)) impure.add(`${path}: ${target}`);
        if (own) visit(target, seen);
      }
    };
    const seen = new Set<string>();
    for (const { path } of pure) visit(path, seen);
    expect([...impure]).toEqual([]);
  });

  it.each(['process', 'console', 'fetch', 'performance', 'setTimeout', 'globalThis'])(
    'the pure rooms do not use %s',
    (name) => {
      const use = new RegExp(`(?<![.\\w'])${name}\\b(?!\\s*[:?])`);
      expect(complaints(({ text }) => (use.test(withoutText(text)) ? [name] : []))).toEqual([]);
    },
  );

  it('the pure rooms do not ask what time it is', () => {
    const clock = /\bDate\.now\b|\bDate\(\)|\bTemporal\b/;
    expect(complaints(({ text }) => (clock.test(withoutText(text)) ? ['the time'] : []))).toEqual([]);
  });

  it('the pure rooms draw no lots', () => {
    expect(complaints(({ text }) => (/Math\.random|crypto/.test(withoutText(text)) ? ['chance'] : []))).toEqual([]);
  });
});

describe('everywhere', () => {
  it('only the bin and a second interrupt end the process', () => {
    const enders = sources.filter(({ text }) => /process\.exit\(/.test(withoutComments(text)));
    expect(enders.map(({ path }) => path)).toEqual(['commands/interrupt.ts']);
  });

  it('programs are started in one place, and no shell runs a string', () => {
    const starters = sources.filter(({ imports }) =>
      imports.some(({ target }) => /^(node:)?child_process$/.test(target)),
    );
    const values = starters.filter((source) =>
      valueImports(source).some(({ target }) => target === 'node:child_process'),
    );
    expect(values.map(({ path }) => path)).toEqual([
      // What systeminformation gets in place of child_process: it starts files, never strings.
      'machine/host/system-information/no-shell.ts',
      'system/run-program.ts',
    ]);
    const shells = /shell:(?! false)|\bexec(Sync)?\((?!command)|\bimport \{[^}]*\bexec(Sync)?\b/;
    expect(starters.filter(({ text }) => shells.test(withoutComments(text)))).toEqual([]);
  });

  it('JSON from outside is parsed in one place', () => {
    const parsers = sources.filter(({ text }) => /JSON\.parse\(/.test(withoutComments(text)));
    expect(parsers.map(({ path }) => path)).toEqual(['system/json.ts']);
  });

  it('columns are laid out in one place', () => {
    const tables = sources.filter(({ imports }) => imports.some(({ target }) => target === 'cli-table3'));
    expect(tables.map(({ path }) => path)).toEqual(['report/text-table.ts']);
    // Digits of a number, and `to  46K` inside a cell, are no columns.
    const padding = /\.padEnd\(|\.padStart\((?!\d, '0'\)|4\)}`)/;
    const shown = sources.filter(({ path, text }) => /^(report|commands|cli)\//.test(path) && padding.test(text));
    expect(shown.map(({ path }) => path)).toEqual([]);
  });

  it('sockets are opened in one place', () => {
    const net = /^node:(http|https|http2|tls|dgram|dns|net)\b/;
    const openers = sources.filter(
      ({ imports, text }) =>
        imports.some(({ target }) => net.test(target)) && !/^import \{ isIP \} from 'node:net'/m.test(text),
    );
    expect(openers.map(({ path }) => path)).toEqual(['ollama/http/http.ts']);
  });
});

/** Imports that remain when types are gone. */
function valueImports(source: Source | undefined) {
  const types = [...(source?.text ?? '').matchAll(/(?:import|export) type [^;]*?from '([^']+)'/g)].map(
    ([, name]) => name,
  );
  return (source?.imports ?? []).filter(({ target, own }) =>
    own ? !types.some((name) => endsLike(name, target)) : !types.includes(target),
  );
}

const endsLike = (name = '', target: string) => target.endsWith(name.replace(/^(\.\.?\/)+/, ''));
