import type { Command, Option } from 'commander';
import { kvTypes, variantIds } from '../model/types.ts';
import type { OptionDescription, ProgramDescription } from '../report/completion/types.ts';
import { formats, tableFormats } from '../report/options.ts';

/** Words that may follow an option, where they are few; by its long flag. */
const valuesOfOption: Record<string, readonly string[]> = {
  '--format': formats,
  '--for': ['chat', 'code', 'agent', 'vision', 'audio', 'long'],
  '--kv-cache': kvTypes,
  '--os': ['linux', 'darwin', 'win32'],
  '--context': ['4k', '8k', '16k', '32k', '64k', '128k', '256k'],
  '--explain': variantIds,
};
const files = new Set(['--output', '--machine', '--require-file', '--proof', '--save']);
const wordsOfCommand: Record<string, readonly string[]> = {
  pull: variantIds,
  needs: variantIds,
  completion: ['bash', 'zsh', 'fish'],
};

/** The program as a shell's completion sees it, read off commander, so that a new option needs no second entry. */
export function describeProgram(program: Command): ProgramDescription {
  const shown = program.createHelp().visibleCommands(program);
  return {
    name: program.name(),
    fallback: 'check',
    commands: shown.map((command) => ({
      name: command.name(),
      summary: command.description(),
      options: command
        .createHelp()
        .visibleOptions(command)
        .map((option) => describeOption(option, command.name())),
      words: [...(wordsOfCommand[command.name()] ?? [])],
    })),
  };
}

function describeOption({ short, long, description, required, optional }: Option, command: string): OptionDescription {
  const flags = [short, long].filter((flag) => flag !== undefined);
  const table = long === '--format' && command !== 'check';
  const values = [...(table ? tableFormats : (valuesOfOption[long ?? ''] ?? []))];
  const takesValue = required || optional;
  const value = !takesValue ? 'none' : files.has(long ?? '') ? 'file' : values.length > 0 ? 'words' : 'text';
  return { flags, summary: description, value, values };
}
