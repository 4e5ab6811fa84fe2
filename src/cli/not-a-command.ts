import type { Command } from 'commander';
import { FitError } from '../errors.ts';
import { clean } from '../text.ts';
import { nearest } from './suggest.ts';

/** A word where a command was expected, with the one that may be meant. */
export function notACommand(word: string, program: Command): FitError {
  const meant = nearest(
    word,
    program.commands.map((command) => command.name()),
  );
  const hint = meant === null ? 'Run gemma-fit --help for the commands.' : `Did you mean gemma-fit ${meant}?`;
  return new FitError('usage', `"${clean(word)}" is not a command of gemma-fit.`, hint);
}
