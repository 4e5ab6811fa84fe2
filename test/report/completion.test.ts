import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completions } from '../../src/report/completion/index.ts';
import { type ProgramDescription, quote, shells } from '../../src/report/completion/types.ts';

const option = (flags: string[], value: 'none' | 'words' | 'file' | 'text', values: string[] = []) => ({
  flags,
  summary: "what it's [for]: this",
  value,
  values,
});
const program: ProgramDescription = {
  name: 'gemma-fit',
  fallback: 'check',
  commands: [
    {
      name: 'check',
      summary: 'what this machine can run',
      words: [],
      options: [
        option(['-o', '--output'], 'file'),
        option(['--format'], 'words', ['human', 'json', 'junit']),
        option(['--json'], 'none'),
        option(['-c', '--context'], 'text'),
      ],
    },
    { name: 'pull', summary: 'take it', words: ['e2b', '26b'], options: [option(['--yes'], 'none')] },
  ],
};

function present(shell: string): boolean {
  try {
    execFileSync(shell, ['-c', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.each(shells)('%s', (shell) => {
  it.skipIf(!present(shell))('the shell takes the script', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gemma-fit-completion-'));
    const file = join(folder, 'script');
    writeFileSync(file, completions[shell](program));
    expect(() => execFileSync(shell, ['-n', file], { stdio: 'pipe' })).not.toThrow();
    rmSync(folder, { recursive: true });
  });
});

describe.skipIf(!present('bash'))('in a bash', () => {
  const ask = (...words: string[]): string[] => {
    const script = `${completions.bash(program)}
COMP_WORDS=(gemma-fit ${words.map(quote).join(' ')}); COMP_CWORD=${words.length}; _gemma_fit; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8' }).split('\n').filter(Boolean);
  };

  it.each([
    [['']],
    [['p'], 'pull'],
    [['--js'], '--json'],
    [['check', '--f'], '--format'],
    [['check', '--format', 'ju'], 'junit'],
    [['--format', 'j'], 'json', 'junit'],
    [['pull', ''], 'e2b', '26b', '--yes'],
    [['pull', '2'], '26b'],
    [['check', '--context', '']],
  ] as [string[], ...string[]][])('in a bash: after %j come %s %s %s', (words, ...expected) => {
    const answers = ask(...words);
    if (words[0] === '')
      expect(answers).toEqual(['check', 'pull', '-o', '--output', '--format', '--json', '-c', '--context']);
    else expect(answers).toEqual(expected);
  });
});
