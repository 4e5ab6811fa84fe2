import type { Platform } from '../machine/types.ts';

const windowsTerminals = new Set(['xterm-256color', 'alacritty', 'rxvt-unicode', 'rxvt-unicode-256color']);

/**
 * Whether box and block glyphs will show: everywhere but on the Linux console and under the plain C locale; on Windows
 * only in a terminal known to draw them (Windows Terminal, VS Code, Cmder, Terminus, JetBrains, xterm-like).
 */
export function supportsUnicode(env: Readonly<Record<string, string | undefined>>, platform: Platform): boolean {
  const terminal = env.TERM ?? '';
  if (platform !== 'win32') {
    const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
    return terminal !== 'linux' && locale !== 'C' && locale !== 'POSIX';
  }
  return (
    Boolean(env.WT_SESSION) ||
    Boolean(env.TERMINUS_SUBLIME) ||
    env.ConEmuTask === '{cmd::Cmder}' ||
    env.TERM_PROGRAM === 'vscode' ||
    env.TERM_PROGRAM === 'Terminus-Sublime' ||
    env.TERMINAL_EMULATOR === 'JetBrains-JediTerm' ||
    windowsTerminals.has(terminal)
  );
}
