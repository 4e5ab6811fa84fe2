import type { Command, Option } from 'commander';
import { createProgram } from '../../src/cli/program.ts';
import type { Io } from '../../src/commands/io.ts';

/** The command line as it is defined; nothing runs. */
const program: Command = createProgram({} as Io, () => {}, { out: [], err: [] });
export const commands = program.createHelp().visibleCommands(program);
export const optionsOf = (command: Command): Option[] => command.createHelp().visibleOptions(command);

const helpFlags = '-h, --help';
/** Options that check shares with explain, which has no options of its own. */
const common = optionsOf(commands.find((command) => command.name() === 'explain') as Command);
const isCommon = ({ flags }: Option) => common.some((option) => option.flags === flags);

const cell = (text: string) => text.replaceAll('|', '\\|');
/** As the formatter lays it out: columns as wide as their longest cell. */
function table(options: readonly Option[]): string[] {
  const rows = [
    ['option', 'meaning'],
    ...options.map(({ flags, description }) => [`\`${cell(flags)}\``, cell(description)]),
  ];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...rest] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rest.map(line), ''];
}

function section(command: Command): string[] {
  const words = command.registeredArguments;
  const heading = words.map((word) => (word.required ? `<${word.name()}>` : `[${word.name()}]`));
  const own = optionsOf(command).filter((option) => !isCommon(option) && option.flags !== helpFlags);
  return [
    `## ${[command.name(), ...heading].join(' ')}`,
    '',
    `${command.description()}.`,
    '',
    ...words
      .filter(({ description }) => description !== '')
      .flatMap((one) => [`\`${one.name()}\`: ${one.description}.`, '']),
    ...(own.length > 0 ? table(own) : []),
  ];
}

/** docs/options.md: every option of every command, from their definitions. */
export const optionsPage = (): string =>
  [
    '# Options',
    '',
    'Written by `npm run record` from the definitions in `src/cli/`; `gemma-fit help COMMAND` prints the same.',
    '',
    ...commands.filter((command) => command.name() !== 'help').flatMap(section),
    '## Every command but completion',
    '',
    ...table(common),
  ].join('\n');
