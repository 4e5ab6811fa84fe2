import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { realSystem, type System } from '../../src/system/system.ts';

/** A stand-in for a program: what it prints for which arguments (a shell pattern), the first match wins. */
export interface Stub {
  when: string;
  text?: string;
  /** Shell commands in place of a text. */
  script?: string;
  exitCode?: number;
}

/** A temporary folder with stand-ins for programs and a tree for /proc, /sys and /etc; `system` reads it for real. */
export interface Stage {
  folder: string;
  system(env?: Record<string, string>): System;
  remove(): void;
}

/**
 * Puts real shell scripts into a folder that is the whole PATH, and files (`PATH -> TARGET` is a link) under a system root, so that the
 * real probes run real processes and read real files.
 */
export function stage(programs: Record<string, Stub[]>, files: Record<string, string> = {}): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'gemma-fit-stage-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  mkdirSync(join(folder, 'root'));
  for (const [name, stubs] of Object.entries(programs)) writeProgram(folder, bin, name, stubs);
  for (const [key, text] of Object.entries(files)) writeUnderRoot(folder, key, text);
  return {
    folder,
    system: (env = {}) => realSystem({ PATH: bin, GEMMA_FIT_SYSROOT: join(folder, 'root'), ...env }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function writeProgram(folder: string, bin: string, name: string, stubs: Stub[]): void {
  const branches = stubs.map(({ when, text, script, exitCode = 0 }, at) => {
    const body = join(folder, `${name}.${at}.txt`);
    if (text !== undefined) writeFileSync(body, text);
    return `  ${when.replaceAll(' ', '\\ ')}) ${script ?? `/bin/cat '${body}'`}; exit ${exitCode};;`;
  });
  const script = `#!/bin/sh\ncase "$*" in\n${branches.join('\n')}\nesac\necho unrecognized option; exit 2\n`;
  writeFileSync(join(bin, name), script);
  chmodSync(join(bin, name), 0o755);
}

function writeUnderRoot(folder: string, key: string, text: string): void {
  const [path = '', target] = key.split(' -> ');
  const place = join(folder, 'root', path);
  mkdirSync(dirname(place), { recursive: true });
  if (target === undefined) writeFileSync(place, text);
  else symlinkSync(target, place);
}
