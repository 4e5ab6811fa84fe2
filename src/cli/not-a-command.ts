import type { Command } from 'commander';
import { FitError } from '../errors.ts';
import { clean } from '../text.ts';
import { nearest } from './suggest.ts';

/** The error for a word that is not a command, with the nearest command. */
export function notACommand(word: string, program: Command): FitError {
  const meant = nearest(
    word,
    program.commands.map((command) => command.name()),
  );
  const hint = meant === null ? 'Run gemma-fit --help for the commands.' : `Did you mean gemma-fit ${meant}?`;
  return new FitError('usage', `"${clean(word)}" is not a command of gemma-fit.`, hint);
}
