import { type Command, Option } from 'commander';
import type { CommonOptions, Io } from '../commands/io.ts';
import { FitError } from '../errors.ts';
import type { ExitName } from '../exit.ts';
import type { TableFormat } from '../report/options.ts';

/** Told once, by the command that ran. */
export type Done = (exit: ExitName) => void;
/** Adds one command to the program. A new command is a file and one line in program.ts. */
export type AddCommand = (program: Command, io: Io, done: Done) => void;

/** Options that every command has. */
export function withCommon(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .addOption(new Option('--json', 'one JSON document on stdout, also on failure'))
    .addOption(new Option('-q, --quiet', 'print one line'))
    .addOption(new Option('--color', 'use colour even when not in a terminal'))
    .addOption(new Option('--no-color', 'no colour'))
    .addOption(new Option('-d, --debug', 'print stack traces of failures'));
}

/** The common ones as values: commander sets `color` to true or false, and leaves it out when neither was given. */
export function commonOf(options: Record<string, unknown>): CommonOptions {
  const { json, quiet, color, debug } = options;
  return {
    json: json === true,
    quiet: quiet === true,
    color: typeof color === 'boolean' ? color : null,
    debug: debug === true,
  };
}

/** An option that would be ignored beside `what` is refused: throws FitError `usage` that names the first one given. */
export function refuseBeside(command: Command, flags: readonly string[], what: string, hint: string): void {
  const given = command.options.find(
    (option) => flags.includes(option.long ?? '') && command.getOptionValue(option.attributeName()) !== undefined,
  );
  if (given !== undefined) throw new FitError('usage', `${given.long} does not go with ${what}.`, hint);
}

/** `--format` of a command that prints a table; null when it was not given. */
export function formatOf({ format }: Record<string, unknown>): TableFormat | null {
  return (format as TableFormat | undefined) ?? null;
}
