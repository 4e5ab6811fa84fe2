import { Command, Option } from 'commander';
import type { CommonOptions, Io } from '../commands/io.ts';
import type { ExitName } from '../exit.ts';
import { tool } from '../version.ts';
import { addCheck } from './check-command.ts';
import { addCompletion } from './completion-command.ts';
import { addDoctor } from './doctor-command.ts';
import { addList } from './list-command.ts';
import { addNeeds } from './needs-command.ts';
import { addPull } from './pull-command.ts';
import { addVerify } from './verify-command.ts';

/** Told once, by the command that ran. */
export type Done = (exit: ExitName) => void;
/** Adds one command to the program. A new command is a file and one line in `commands`. */
export type AddCommand = (program: Command, io: Io, done: Done) => void;

const commands: AddCommand[] = [addCheck, addPull, addVerify, addList, addNeeds, addDoctor, addCompletion];

const examples = `Examples:
  $ gemma-fit                              what this machine can run, and which one to take
  $ gemma-fit check --context 32k --for code
  $ gemma-fit check --gpu "RTX 4090"       what if
  $ gemma-fit check --require 26b@32k      for scripts: exit 0 yes, 3 no, 4 cannot tell
  $ gemma-fit pull                         take it: download, set up, prove
  $ gemma-fit needs 31b --context 64k      which hardware runs it
`;

const exits = `
Exit codes:
  0 answered (and every requirement met)   2 wrong usage or bad file   3 does not fit
  4 could not measure enough to say        5 Ollama missing or too old
  6 pull failed (run again to resume)      7 verification found a difference   70 our bug
`;

/** The command line: which commands, which options, what they are called. Importing it loads neither tables nor probes. */
export function createProgram(io: Io, done: Done): Command {
  const program = new Command('gemma-fit')
    .description('Which Gemma 4 fits this machine: exactly, with evidence, and pulled so that it runs that way.')
    .version(tool.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('before', `${examples}`)
    .addHelpText('after', exits)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // Failures are told once, by failure.ts.
      outputError: () => {},
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
    })
    .showSuggestionAfterError(true);
  for (const add of commands) add(program, io, done);
  return program;
}

/** Options that every command has. */
export function withCommon(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .addOption(new Option('--json', 'one JSON document on stdout, also on failure'))
    .addOption(new Option('-q, --quiet', 'one line'))
    .addOption(new Option('--color', 'colour even when not in a terminal'))
    .addOption(new Option('--no-color', 'no colour'))
    .addOption(new Option('-d, --debug', 'stack traces of failures'));
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
