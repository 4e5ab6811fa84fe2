import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const home = join(root, 'src');

/** One file of src by its path from there, with what it imports (paths from src for its own kind, names for others). */
export interface Source {
  path: string;
  text: string;
  lines: number;
  imports: Import[];
}
export interface Import {
  /** `model/fit.ts` for a file of ours, the specifier for all else. */
  target: string;
  own: boolean;
}

export const sources: Source[] = readdirSync(home, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .map((path) => {
    const text = readFileSync(join(home, path), 'utf8');
    return { path, text, lines: text.trimEnd().split('\n').length, imports: importsOf(path, text) };
  });

function importsOf(path: string, text: string): Import[] {
  const statements = /^(?:(?:import|export|\})[^'\n]*\bfrom |import )'([^'\n]+)'|\bimport\('([^'\n]+)'\)/gm;
  const specifiers = [...text.matchAll(statements)].map(([, named, late]) => named ?? late ?? '');
  return specifiers.map((name) =>
    name.startsWith('.')
      ? { target: relative(home, join(home, dirname(path), name)).replaceAll('\\', '/'), own: true }
      : { target: name, own: false },
  );
}

/** The first folder below src; a file that lies in src itself is a room of its own. */
export const roomOf = (path: string): string => path.split('/')[0] ?? path;

/** Every cycle of a directed graph, as the names along it; empty when the arrows point one way. */
export function cyclesOf(graph: ReadonlyMap<string, Iterable<string>>): string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const visit = (node: string, trail: readonly string[]): void => {
    const start = trail.indexOf(node);
    if (start >= 0) found.push([...trail.slice(start), node].join(' -> '));
    if (start >= 0 || finished.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...trail, node]);
    finished.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return found;
}
