import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands, optionsOf, optionsPage } from './options-page.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const own = new Set(commands.flatMap((command) => optionsOf(command).flatMap(({ long }) => (long ? [long] : []))));
/** Options that README names and no command has: of the program itself, of the bench, and of llama-server. */
const others = ['--cross-validate', '--n-cpu-moe', '--no-mmproj-offload', '--version'];

describe('the options', () => {
  it('the options are listed in docs/options.md as they are defined (after a wanted change: npm run record)', async () => {
    await expect(optionsPage()).toMatchFileSnapshot('../../docs/options.md');
  });

  it('the options are the only ones that README names', () => {
    const named = new Set(readme.match(/(?<![\w-])--[a-z][a-z-]*/g));
    expect([...named].filter((option) => !own.has(option)).sort()).toEqual(others);
  });

  it('the options have in README the values that they take', () => {
    for (const option of optionsOf(commands.find((command) => command.name() === 'check')!)) {
      const shown = new RegExp(`\`${option.long} ([\\w.-]+(?:\\|[\\w.-]+)+)\``).exec(readme)?.[1];
      if (shown !== undefined) expect(shown.split('|'), option.long).toEqual(option.argChoices);
    }
    expect(readme).toMatch(/`--for \w+\|/);
    expect(readme).toMatch(/`--format \w+\|/);
  });
});

it('the commands are those of the table in README', () => {
  const [, chapter = ''] = readme.split('## Commands\n');
  const rows = [...(chapter.split('\n## ')[0] ?? '').matchAll(/^\| `([a-z]+)/gm)].map(([, name]) => name);
  expect(rows).toEqual(commands.map((command) => command.name()).filter((name) => name !== 'help'));
});
