import { execFile as runFile, spawn as start } from 'node:child_process';
import { existsSync } from 'node:fs';
import { posix, win32 } from 'node:path';

/**
 * What systeminformation gets for `child_process` (scripts/bundle.mjs puts it there): it hands strings to a shell, which on Windows
 * looks into the current folder first. Here no string reaches a shell. Programs that it starts by their whole path are started
 * (PowerShell); the few strings that tell something on other unixes run as the program they mean, from fixed folders; every other
 * string fails, as where the program is missing.
 */
type Answer = (error: Error | null, stdout: string, stderr: string) => void;

/** Strings of lib/cpu.js and lib/memory.js, by what is asked of them. */
const known: readonly [RegExp, string, readonly string[]][] = [
  [/\bdmidecode -t memory\b/, 'dmidecode', ['-t', 'memory']],
  [/\bdmidecode -t 4; dmidecode -t 7\b/, 'dmidecode', ['-t', '4', '-t', '7']],
  [/\bdmidecode -t 4 2>\/dev\/null;/, 'dmidecode', ['-t', '4']],
];
const folders = ['/usr/local/sbin', '/usr/pkg/sbin', '/usr/sbin', '/sbin'];

export function exec(command: string, options: unknown, answer?: Answer): void {
  const tell = (typeof options === 'function' ? options : answer) as Answer;
  const [, program = '', args = []] = known.find(([pattern]) => pattern.test(command)) ?? [];
  const file = folders.map((folder) => `${folder}/${program}`).find((path) => program !== '' && existsSync(path));
  if (file === undefined || process.platform === 'win32')
    return void setImmediate(() => tell(refused(command), '', ''));
  runFile(file, [...args], { env: { ...process.env, LC_ALL: 'C' } }, (error, stdout, stderr) =>
    tell(error, stdout, stderr),
  );
}

export function execSync(command: string): never {
  throw refused(command);
}

export function execFile(file: string, ...rest: unknown[]): void {
  const tell = rest.find((item) => typeof item === 'function') as Answer | undefined;
  setImmediate(() => tell?.(refused(file), '', ''));
}

export function execFileSync(file: string): never {
  throw refused(file);
}

export function spawn(file: string, args: string[], options: Parameters<typeof start>[2]): ReturnType<typeof start> {
  const path = process.platform === 'win32' ? win32 : posix;
  if (!path.isAbsolute(file)) throw refused(file);
  return start(file, args, { ...options, shell: false });
}

const refused = (what: string) => new Error(`not started: ${what}`);
