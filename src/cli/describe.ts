import type { Command, Option } from 'commander';
import type { OptionDescription, ProgramDescription } from '../report/completion/types.ts';
import { CliArgument, CliOption } from './options.ts';

/** The program as a shell's completion sees it, read off commander, so that a new option needs no second entry. */
export function describeProgram(program: Command): ProgramDescription {
  const shown = program.createHelp().visibleCommands(program);
  return {
    name: program.name(),
    fallback: 'check',
    commands: shown.map((command) => ({
      name: command.name(),
      summary: command.description(),
      options: command.createHelp().visibleOptions(command).map(describeOption),
      words: command.registeredArguments.flatMap((argument) =>
        argument instanceof CliArgument ? [...argument.suggestions] : (argument.argChoices ?? []),
      ),
    })),
  };
}

function describeOption(option: Option): OptionDescription {
  const { short, long, description, required, optional } = option;
  const { suggestions, takesFile } = option instanceof CliOption ? option : { suggestions: [], takesFile: false };
  const takesValue = required || optional;
  const value = !takesValue ? 'none' : takesFile ? 'file' : suggestions.length > 0 ? 'words' : 'text';
  const flags = [short, long].filter((flag) => flag !== undefined);
  return { flags, summary: description, value, values: [...suggestions] };
}
