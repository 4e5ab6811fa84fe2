import { type Command, Option } from 'commander';
import type { CommonOptions, Io } from '../commands/io.ts';
import { FitError } from '../errors.ts';
import type { ExitName } from '../exit.ts';
import { tableFormats } from '../report/options.ts';
import { choiceOption } from './options.ts';

/** Called once, by the command that ran. */
export type Done = (exit: ExitName) => void;
/** Adds one command to the program. A new command is a file and one line in program.ts. */
export type AddCommand = (program: Command, io: Io, done: Done) => void;

/** Options that every command has, as commander gives them: `color` is left out when neither form was typed. */
export interface CommonFlags {
  json?: boolean;
  quiet?: boolean;
  color?: boolean;
  debug?: boolean;
}

/** Adds the options that every command has. */
export function withCommon(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .addOption(new Option('--json', 'one JSON document on stdout, also on failure'))
    .addOption(new Option('-q, --quiet', 'print one line'))
    .addOption(new Option('--color', 'use colour even when not in a terminal'))
    .addOption(new Option('--no-color', 'no colour'))
    .addOption(new Option('-d, --debug', 'print stack traces of failures'));
}

export function commonOf({ json = false, quiet = false, color, debug = false }: CommonFlags): CommonOptions {
  return { json, quiet, color: color ?? null, debug };
}

/** Refuses options that `what` would ignore: throws FitError `usage`, naming the first one given. */
export function refuseBeside(command: Command, flags: readonly string[], what: string, hint: string): void {
  const given = command.options.find(
    (option) => flags.includes(option.long ?? '') && command.getOptionValue(option.attributeName()) !== undefined,
  );
  if (given !== undefined) throw new FitError('usage', `${given.long} does not go with ${what}.`, hint);
}

/** `--format` of a command that prints a table. */
export const tableFormatOption = () => choiceOption('--format <format>', 'format', tableFormats, ': as data');
