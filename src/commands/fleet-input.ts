import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { FitError } from '../errors.ts';
import { limits } from '../limits.ts';
import { jsonOrNull } from '../system/json.ts';
import { cannotRead, openNamedStream } from '../system/read-file.ts';
import type { Io } from './io.ts';
import { linesOfStream } from './lines.ts';
import { readText } from './machine.ts';

/** One machine of many: its name and the text of its document, or why it could not be read. */
export interface NamedText {
  name: string;
  text: string | FitError;
}

/** What `--machine` names: one machine (with what was read from standard input put back), or many. */
export type MachineInput = { kind: 'one'; io: Io } | { kind: 'many'; machines: AsyncIterable<NamedText> };

/** Several paths, a folder, a file of lines, or lines on standard input are many machines. Throws FitError `bad-file`. */
export async function machineInput(paths: readonly string[], io: Io): Promise<MachineInput> {
  const [first = '', ...others] = paths;
  if (others.length > 0) return { kind: 'many', machines: fromPaths(paths, io) };
  if (first === '-') return fromStdin(io);
  return (await isMany(first)) ? { kind: 'many', machines: fromPaths(paths, io) } : { kind: 'one', io };
}

async function isMany(path: string): Promise<boolean> {
  return isLines(path) || isFolder(path);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

function isLines(path: string): boolean {
  return /\.(ndjson|jsonl)$/i.test(path);
}

async function* fromPaths(paths: readonly string[], io: Io): AsyncGenerator<NamedText> {
  for (const path of paths) {
    if (path === '-') yield* fromLines(withText(linesOfStream(io.stdin, 'standard input')));
    else if (await isNamedFolder(path)) yield* fromFolder(path, io);
    else yield* fromFile(path, io);
  }
}

/** Throws FitError `bad-file` for a typed path that does not exist. */
async function isNamedFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: unknown) => {
    throw cannotRead(path, error);
  });
  return found.isDirectory();
}

/** An unreadable file becomes an unreadable machine; the others still count. */
async function* fromFile(path: string, io: Io): AsyncGenerator<NamedText> {
  try {
    if (isLines(path))
      yield* fromLines(withText(linesOfStream(await openNamedStream(path), path)), `${basename(path)}:`);
    else yield { name: nameOf(path), text: await readText(path, io) };
  } catch (error) {
    if (!(error instanceof FitError)) throw error;
    yield { name: nameOf(path), text: error };
  }
}

async function* fromFolder(folder: string, io: Io): AsyncGenerator<NamedText> {
  const paths = await filesIn(folder);
  if (paths.length === 0) {
    throw new FitError(
      'bad-file',
      `There is no machine file in ${folder}.`,
      'A machine file ends in .json: gemma-fit doctor --json > host.json',
    );
  }
  for (const path of paths) yield* fromFile(path, io);
}

/** Subfolders are skipped: a link to one may lead back here. */
async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw cannotRead(folder, error);
  });
  const paths = names.filter((name) => /\.(json|ndjson|jsonl)$/i.test(name)).sort();
  const files: string[] = [];
  for (const path of paths.map((name) => join(folder, name))) if (!(await isFolder(path))) files.push(path);
  return files;
}

interface NumberedLine {
  number: number;
  text: string;
}

/** Non-empty lines by line number. */
async function* withText(lines: AsyncIterable<string>): AsyncGenerator<NumberedLine> {
  let number = 0;
  for await (const text of lines) {
    number += 1;
    if (text.trim() !== '') yield { number, text };
  }
}

/** One document per line; it is named by its `name`, else by the line number. */
async function* fromLines(lines: AsyncIterable<NumberedLine>, prefix = 'line '): AsyncGenerator<NamedText> {
  for await (const { number, text } of lines) yield { name: nameInside(text) ?? `${prefix}${number}`, text };
}

/** Looks at the first non-empty lines: a complete document followed by more means many machines; otherwise all of it is one. */
async function fromStdin(io: Io): Promise<MachineInput> {
  const lines = withText(linesOfStream(io.stdin, 'standard input'));
  const read: NumberedLine[] = [];
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    read.push(line.value);
    if (read.length > 1 || !isDocument(line.value.text)) break;
  }
  if (read.length > 1) return { kind: 'many', machines: fromLines(chain(read, lines)) };
  return { kind: 'one', io: { ...io, stdin: await putBack(chain(read, lines)) } };
}

/** Standard input, replayed. Throws FitError `bad-file` when it is larger than a machine file may be. */
async function putBack(lines: AsyncIterable<NumberedLine>): Promise<NodeJS.ReadableStream> {
  const { bytes, items } = limits.machineFile;
  const read: string[] = [];
  let length = 0;
  for await (const { text } of lines) {
    read.push(text);
    length += text.length;
    if (length <= bytes && read.length <= items) continue;
    throw new FitError('bad-file', 'Cannot read standard input: it holds more than a machine file has.');
  }
  return Readable.from([read.join('\n')]);
}

async function* chain(first: readonly NumberedLine[], rest: AsyncIterable<NumberedLine>): AsyncGenerator<NumberedLine> {
  yield* first;
  yield* rest;
}

function isDocument(text: string): boolean {
  return text.trim().startsWith('{') && jsonOrNull(text, limits.machineFile) !== null;
}

function nameInside(text: string): string | null {
  const document = jsonOrNull(text, limits.machineFile) as { name?: unknown } | null;
  return typeof document?.name === 'string' && document.name !== ''
    ? document.name.slice(0, limits.machineFile.textCharacters)
    : null;
}

function nameOf(path: string): string {
  return basename(path).replace(/\.json$/i, '');
}
