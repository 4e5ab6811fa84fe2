import { describe, expect, it } from 'vitest';
import { describeProgram } from '../../src/cli/describe.ts';
import { createProgram } from '../../src/cli/program.ts';
import type { Io } from '../../src/commands/io.ts';

const described = describeProgram(
  createProgram({ stdout: process.stdout, stderr: process.stderr } as unknown as Io, () => {}, { out: [], err: [] }),
);
const optionOf = (command: string, flag: string) =>
  described.commands.find(({ name }) => name === command)?.options.find(({ flags }) => flags.includes(flag));

describe('what completion knows is what the command line takes', () => {
  it('has every command', () => {
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

  it('offers the formats of each command', () => {
    expect(optionOf('check', '--format')?.values).toContain('junit');
    expect(optionOf('list', '--format')?.values).toEqual(['markdown', 'csv']);
  });
});
