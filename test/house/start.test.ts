import { beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.mjs';

type Outputs = Awaited<ReturnType<typeof bundle>>['metafile']['outputs'];
let outputs: Outputs;

beforeAll(async () => {
  outputs = (await bundle(null)).metafile.outputs;
});

/** The files of source that are loaded before the first line of a command runs: an entry and what it imports at once. */
function loadedAtOnce(entry: string): string[] {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const { path, kind } of outputs[name]?.imports ?? []) if (kind === 'import-statement') visit(path);
  };
  visit(entry);
  return [...seen].flatMap((name) => Object.keys(outputs[name]?.inputs ?? {}));
}

const kilobytes = (entry: string): number => {
  const files = new Set(loadedAtOnce(entry));
  const used = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  return used.reduce((sum, [path, { bytesInOutput }]) => sum + (files.has(path) ? bytesInOutput : 0), 0) / 1000;
};

describe('the start of the command line', () => {
  it.each([
    ['packages but commander', /node_modules\/(?!commander\/)/],
    ['a table', /^data\//],
    ['a probe', /^src\/machine\/probe/],
    ['advice', /^src\/advice\/(?!context-size)/],
    ['the model', /^src\/model\/(?!types)/],
    ['the client of the server', /^src\/ollama\//],
    ['sentences', /^src\/report\/(sentences|human|html)/],
    ['a command', /^src\/commands\/(check|pull|verify|list|needs|doctor)\.ts/],
  ])('the start of the command line does not load %s', (_what, pattern) => {
    expect(loadedAtOnce('dist/cli.js').filter((path) => pattern.test(path))).toEqual([]);
  });

  it('the start of the command line is small', () => expect(kilobytes('dist/cli.js')).toBeLessThan(90));

  it('the check is there all the same, later, and brings neither zod nor systeminformation', () => {
    const late = Object.keys(outputs).find((name) => 'src/commands/check.ts' in (outputs[name]?.inputs ?? {})) ?? '';
    expect(late).not.toBe('');
    expect(loadedAtOnce(late).filter((path) => /node_modules\/(zod|systeminformation)\//.test(path))).toEqual([]);
  });

  it('few files are unpacked by a cold npx', () => expect(Object.keys(outputs).length).toBeLessThan(10));
});

describe('the library', () => {
  it('the library loads no package that talks to the machine before it is asked to', () => {
    expect(
      loadedAtOnce('dist/index.js').filter((path) => /node_modules\/(systeminformation|commander|chalk)\//.test(path)),
    ).toEqual([]);
  });
});
