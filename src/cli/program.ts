import { Command } from 'commander';
import type { Io } from '../commands/io.ts';
import { tool } from '../version.ts';
import { addCheck } from './check-command.ts';
import type { AddCommand, Done } from './command.ts';
import { addCompletion } from './completion-command.ts';
import { addDoctor } from './doctor-command.ts';
import { addExplain } from './explain-command.ts';
import { addList } from './list-command.ts';
import { addNeeds } from './needs-command.ts';
import { notACommand } from './not-a-command.ts';
import { addPull } from './pull-command.ts';
import { addVerify } from './verify-command.ts';

const commands: AddCommand[] = [addCheck, addPull, addVerify, addList, addNeeds, addDoctor, addExplain, addCompletion];

const after = `
Examples:
  $ gemma-fit                              what this machine can run
  $ gemma-fit check --context 32k --for code
  $ gemma-fit check --gpu "RTX 4090"       simulate a machine
  $ gemma-fit check --require 26b@32k      for scripts: exit 0 yes, 3 no, 4 unknown
  $ gemma-fit pull                         install the recommended model
  $ gemma-fit needs 31b --context 64k      hardware for a model
  $ gemma-fit help terms                   what the words mean

Exit codes:
  0 success, all requirements met   2 wrong usage or bad file   3 does not fit
  4 could not determine             5 Ollama missing or too old
  6 pull failed (run again to resume)   7 verification failed   70 internal error
`;

/** What commander prints by itself (help and version), returned so that the caller can write it and notice a failed write. */
export interface Help {
  out: string[];
  err: string[];
}

/** The command line: its commands and options. Importing it loads neither tables nor probes. */
export function createProgram(io: Io, done: Done, help: Help): Command {
  const program = new Command('gemma-fit')
    .description('Find, install and verify the Gemma 4 model that fits your machine.')
    .version(tool.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'Show help for a command')
    .addHelpText('beforeAll', ({ error, command }) => refusedHelp(error, command))
    .addHelpText('after', after)
    .exitOverride()
    // Descriptions list their choices.
    .configureHelp({
      optionDescription: ({ description }) => description,
      argumentDescription: ({ description }) => description,
    })
    .configureOutput({
      writeOut: (text) => help.out.push(text),
      writeErr: (text) => help.err.push(text),
      // failure.ts reports failures.
      outputError: () => {},
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
    })
    .showSuggestionAfterError(true);
  for (const add of commands) add(program, io, done);
  return program;
}

/** For `help WORD` with a word that is not a command, commander would print the general help as an error. */
function refusedHelp(isError: boolean, program: Command): string {
  const [, word] = program.args;
  if (isError && word !== undefined && word !== 'help') throw notACommand(word, program);
  return '';
}
