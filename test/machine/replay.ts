/**
 * Replays one machine from a folder `test/machines/<name>/`. No process is started and no real file is read but the folder's.
 *
 * system.json     host facts, every key optional: platform, arch, release, env, homeDir, totalMemoryBytes, freeMemoryBytes,
 *                 parallelism, cpuModel, hostName, userName, space: { "/path": { totalBytes, freeBytes, typeId } },
 *                 programsAt: { "nvidia-smi": "/usr/lib/wsl/lib" } (not on PATH: found only when the probe names that place).
 * files.txt       the machine's files, one section each:   == /proc/meminfo
 *                 a symbolic link:                          == /sys/class/drm/card0/device -> ../../../0000:03:00.0
 *                 (names with colons cannot be files on Windows, so they live here; links are followed as the kernel does)
 * root/           the same as a real tree, for long or generated files; files.txt wins.
 * programs.txt    what programs answer, one section per command line; `*` in it matches anything, the first match wins:
 *                     == rocm-smi --showmeminfo all *--json
 *                 flags in brackets at the end of the header line: [exit 9] [stderr] (the text goes there) [hangs]
 *                 A program that is named nowhere is missing; named with other arguments it fails with exit 2.
 *                 A section body may be a file of the folder:  @xpu-smi.json
 * nvidia-smi.csv  header of --query-gpu field names and one line a card: answers ANY --query-gpu list in the order asked;
 *                 a field that is not there makes the whole query fail as the real tool does. No units in the cells.
 * machine.json    what probeMachine must say: a part of a Machine, compared with toMatchObject (arrays by length and order).
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunOptions, RunResult, System } from '../../src/system/system.ts';

export const machinesFolder = fileURLToPath(new URL('../machines/', import.meta.url));

/** Names of the machines there are, sorted. */
export function machineNames(): string[] {
  return readdirSync(machinesFolder)
    .filter((name) => existsSync(join(machinesFolder, name, 'machine.json')))
    .sort();
}

/** The expected part of the Machine. */
export function expectedMachine(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(machinesFolder, name, 'machine.json'), 'utf8'));
}

/** A System that answers from the folder of that name (or from any folder, given as an absolute path). */
export function replay(name: string, overrides: Partial<FakeFacts> = {}): System {
  const folder = join(machinesFolder, name);
  const text = (file: string) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '');
  const facts = JSON.parse(text('system.json') || '{}');
  const files: Record<string, string> = { ...treeOf(join(folder, 'root')) };
  for (const { head, body } of sections(text('files.txt'))) files[head] = body;
  return fakeSystem({
    ...facts,
    files,
    programs: sections(text('programs.txt')).map(({ head, body }) => ({
      head,
      body: body.startsWith('@') ? text(body.slice(1).trim()) : body,
    })),
    nvidiaCsv: text('nvidia-smi.csv'),
    ...overrides,
  });
}

export interface FakeFacts extends Partial<Omit<System, 'run' | 'read' | 'list' | 'exists' | 'link' | 'space'>> {
  /** Path to text; a key `PATH -> TARGET` is a link. */
  files: Record<string, string>;
  programs: { head: string; body: string }[];
  programsAt: Record<string, string>;
  nvidiaCsv: string;
  space: Record<string, { totalBytes: number; freeBytes: number; typeId: number }>;
}

/** A System made of values, for tests that need no folder. Every program call is noted in `calls`. */
export function fakeSystem(facts: Partial<FakeFacts> = {}): System & { calls: string[] } {
  const disk = fakeFiles(facts.files ?? {});
  const calls: string[] = [];
  return {
    platform: facts.platform ?? 'linux',
    arch: facts.arch ?? 'x64',
    release: facts.release ?? '6.8.0-45-generic',
    env: facts.env ?? {},
    homeDir: facts.homeDir === undefined ? '/home/alice' : facts.homeDir,
    totalMemoryBytes: facts.totalMemoryBytes ?? 0,
    freeMemoryBytes: facts.freeMemoryBytes ?? 0,
    parallelism: facts.parallelism ?? 8,
    cpuModel: facts.cpuModel ?? null,
    hostName: facts.hostName ?? 'alices-box',
    userName: facts.userName === undefined ? 'alice' : facts.userName,
    calls,
    run: async (program, args, options) => {
      calls.push([program, ...args].join(' '));
      return runFake(facts, program, args, options ?? {});
    },
    read: async (path, maxBytes = 1024 * 1024) => disk.read(path)?.slice(0, maxBytes) ?? null,
    list: async (path) => disk.list(path),
    exists: async (path) => disk.read(path) !== null || disk.list(path).length > 0,
    link: async (path) => disk.link(path),
    space: async (path) => spaceAt(facts.space ?? {}, path),
  };
}

async function runFake(
  facts: Partial<FakeFacts>,
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  const name = program.replace(/^.*[/\\]/, '').replace(/\.exe$/, '');
  const onlyAt = facts.programsAt?.[name];
  if (onlyAt !== undefined && !foundAt(program, options.places ?? [], onlyAt)) return { kind: 'missing' };
  const line = [name, ...args].join(' ');
  const known = (facts.programs ?? []).map(parseHead);
  const index = known.findIndex(({ pattern }) => pattern.test(line));
  if (index >= 0) return answer(known[index]!, facts.programs![index]!.body, options);
  const query = args.find((argument) => argument.startsWith('--query-gpu='));
  if (name === 'nvidia-smi' && facts.nvidiaCsv && query) return projectCsv(facts.nvidiaCsv, query.slice(12));
  const named = known.some(({ program }) => program === name) || (name === 'nvidia-smi' && Boolean(facts.nvidiaCsv));
  return named ? done(2, `${name}: unrecognized option`) : { kind: 'missing' };
}

const foundAt = (program: string, places: readonly string[], folder: string) =>
  program.startsWith(folder) || places.some((place) => place === folder || place.startsWith(`${folder}/`));

function parseHead({ head }: { head: string }) {
  const flags = [...head.matchAll(/\[(exit \d+|stderr|hangs)\]/g)].map((match) => match[1]!);
  const command = head.replace(/\s*\[(exit \d+|stderr|hangs)\]/g, '').trim();
  const escaped = command.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*');
  return { flags, program: command.split(' ')[0]!, pattern: new RegExp(`^${escaped}$`, 's') };
}

function answer({ flags }: { flags: string[] }, body: string, options: RunOptions): RunResult {
  if (flags.includes('hangs')) return { kind: 'timeout', timeoutMs: options.timeoutMs ?? 5000 };
  const exitCode = Number(flags.find((flag) => flag.startsWith('exit'))?.slice(5) ?? 0);
  const result = done(exitCode, flags.includes('stderr') ? '' : body, flags.includes('stderr') ? body : '');
  const limit = options.maxBytes ?? 4 * 1024 * 1024;
  return result.stdout.length <= limit ? result : { ...result, stdout: result.stdout.slice(0, limit), truncated: true };
}

const done = (exitCode: number, stdout: string, stderr = '') =>
  ({ kind: 'done', exitCode, stdout, stderr, truncated: false }) as const;

/** Answers `--query-gpu=a,b,c` from a table with named columns, as nvidia-smi does. */
export function projectCsv(csv: string, fields: string): RunResult {
  const [header = '', ...rows] = csv.trim().split('\n');
  const names = header.split(',').map((cell) => cell.trim());
  const wanted = fields.split(',');
  const unknown = wanted.find((field) => !names.includes(field));
  if (unknown !== undefined) return done(2, `Field "${unknown}" is not a valid field to query.\n\n`);
  const table = rows.map((row) => row.split(',').map((cell) => cell.trim()));
  return done(0, table.map((row) => `${wanted.map((field) => row[names.indexOf(field)]).join(', ')}\n`).join(''));
}

function fakeFiles(source: Record<string, string>) {
  const files = new Map<string, string>();
  const links = new Map<string, string>();
  for (const [key, body] of Object.entries(source)) {
    const [path, target] = key.split(' -> ');
    if (target === undefined) files.set(path!, body);
    else links.set(path!, target);
  }
  const follow = (path: string, depth = 0): string => {
    const parts = posix.normalize(path).split('/');
    for (let count = 2; count <= parts.length && depth < 40; count++) {
      const head = parts.slice(0, count).join('/');
      const target = links.get(head);
      if (target !== undefined)
        return follow(posix.join(posix.resolve(posix.dirname(head), target), ...parts.slice(count)), depth + 1);
    }
    return parts.join('/');
  };
  return {
    read: (path: string) => files.get(follow(path)) ?? null,
    link: (path: string) => links.get(posix.join(follow(posix.dirname(path)), posix.basename(path))) ?? null,
    list: (path: string) => {
      const prefix = `${follow(path).replace(/\/$/, '')}/`;
      const below = [...files.keys(), ...links.keys()].filter((file) => file.startsWith(prefix));
      return [...new Set(below.map((file) => file.slice(prefix.length).split('/')[0]!))].sort();
    },
  };
}

function spaceAt(space: FakeFacts['space'], path: string) {
  const holders = Object.keys(space).filter((root) => path === root || path.startsWith(root.replace(/[/\\]$/, '')));
  const longest = holders.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? null : space[longest]!;
}

/** `== head` lines and what follows each; one empty line before the next head is not part of the body. */
export function sections(text: string): { head: string; body: string }[] {
  return text
    .replaceAll('\r\n', '\n')
    .split(/^== /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      const head = (end < 0 ? part : part.slice(0, end)).trim();
      return { head, body: end < 0 ? '' : part.slice(end + 1).replace(/\n\n$/, '\n') };
    });
}

function treeOf(folder: string, at = ''): Record<string, string> {
  if (!existsSync(folder)) return {};
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) Object.assign(found, treeOf(path, `${at}/${name}`));
    else found[`${at}/${name}`] = readFileSync(path, 'utf8');
  }
  return found;
}
