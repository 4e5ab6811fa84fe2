import { describe, expect, it } from 'vitest';
import { supportsUnicode } from '../../src/terminal/unicode.ts';
import { terminalColumns } from '../../src/terminal/width.ts';

describe('width', () => {
  it.each([
    [{ COLUMNS: '100' }, 80, 100],
    [{}, 132, 132],
    [{}, undefined, 80],
    [{ COLUMNS: 'wide' }, undefined, 80],
    [{ COLUMNS: '0' }, 90, 90],
    [{ COLUMNS: '-5' }, 90, 90],
    [{ COLUMNS: '3' }, undefined, 40],
    [{ COLUMNS: '9999' }, undefined, 240],
  ])('%j in a terminal of %s columns is %i', (env, columns, expected) => {
    expect(terminalColumns(env, { columns })).toBe(expected);
  });
});

describe('box and block glyphs', () => {
  it.each([
    ['linux', {}, true],
    ['linux', { LANG: 'en_US.UTF-8', TERM: 'xterm' }, true],
    ['linux', { TERM: 'linux' }, false],
    ['linux', { LANG: 'C' }, false],
    ['linux', { LC_ALL: 'C.UTF-8', LANG: 'C' }, true],
    ['darwin', { LC_ALL: 'POSIX' }, false],
    ['win32', {}, false],
    ['win32', { WT_SESSION: 'x' }, true],
    ['win32', { TERM_PROGRAM: 'vscode' }, true],
    ['win32', { TERM: 'xterm-256color' }, true],
  ] as const)('%s with %j: %s', (platform, env, expected) => {
    expect(supportsUnicode(env, platform)).toBe(expected);
  });
});
