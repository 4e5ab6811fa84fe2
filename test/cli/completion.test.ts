import { describe, expect, it } from 'vitest';
import { describeProgram } from '../../src/cli/describe.ts';
import { createProgram } from '../../src/cli/program.ts';
import type { Io } from '../../src/commands/io.ts';
import { contextSteps, variantIds } from '../../src/data/ids.ts';
import { shells } from '../../src/report/completion/types.ts';

const io = { stdout: process.stdout, stderr: process.stderr } as unknown as Io;
const program = createProgram(io, () => {}, { out: [], err: [] });
const described = describeProgram(program);
const optionOf = (command: string, flag: string) =>
  described.commands.find(({ name }) => name === command)?.options.find(({ flags }) => flags.includes(flag));

describe('what completion knows is what the command line takes', () => {
  it('what completion knows is what the command line takes has every command', () => {
    const names = described.commands.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['check', 'pull', 'verify', 'list', 'needs', 'doctor', 'completion']));
  });

  it.each([
    ['check', '--format', 'words'],
    ['check', '-o', 'file'],
    ['check', '--machine', 'file'],
    ['check', '--json', 'none'],
    ['check', '--gpu', 'text'],
    ['check', '--kv-cache', 'words'],
  ])('%s %s takes %s', (command, flag, value) => expect(optionOf(command, flag)?.value).toBe(value));

  it('what completion knows is what the command line takes offers the formats of each command', () => {
    expect(optionOf('check', '--format')?.values).toContain('junit');
    expect(optionOf('list', '--format')?.values).toEqual(['markdown', 'csv']);
  });

  it('what completion knows is what the command line takes offers the models, the shells, and usual contexts', () => {
    const words = (name: string) => described.commands.find((command) => command.name === name)?.words;
    for (const name of ['pull', 'needs', 'list']) expect(words(name)).toEqual([...variantIds]);
    expect(words('completion')).toEqual([...shells]);
    expect(optionOf('check', '--context')?.values).toEqual([
      ...contextSteps.map((tokens) => `${tokens / 1024}k`),
      'max',
    ]);
  });
});

describe('an option that takes one of a few words', () => {
  const choices = program.commands.flatMap((command) =>
    command.options
      .filter(({ argChoices, hidden }) => argChoices !== undefined && !hidden)
      .map((option) => ({ command, option })),
  );

  it('there are some', () => expect(choices.length).toBeGreaterThan(8));

  it.each(choices.map(({ command, option }) => [command.name(), option.long ?? '', option] as const))(
    '%s %s: parser, help and completion know the same words',
    (name, flag, { argChoices = [], parseArg, description }) => {
      expect(optionOf(name, flag)?.values).toEqual(argChoices);
      for (const word of argChoices) expect(parseArg?.(word, undefined)).toBe(word);
      for (const word of argChoices) expect(description).toContain(word);
      expect(() => parseArg?.('no-such-word', undefined)).toThrow('no-such-word');
    },
  );
});
