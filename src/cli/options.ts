import { Argument, Option } from 'commander';
import { variantIds } from '../data/ids.ts';
import { parseChoice } from './values.ts';

/** The one definition of an option: its values, its help, and what completion offers. */
export class CliOption extends Option {
  /** Words that completion offers; any other value is fine too, unless they are choices. */
  suggestions: readonly string[] = [];
  takesFile = false;
}

/** An argument with the words that completion offers for it. */
export class CliArgument extends Argument {
  suggestions: readonly string[] = [];
}

/** An option that takes one of a few words, which its help lists. @param suffix what help says after them */
export function choiceOption<T extends string>(
  flags: string,
  what: string,
  words: readonly T[],
  suffix = '',
): CliOption {
  const option = new CliOption(flags, `${words.join(', ')}${suffix}`);
  option.choices(words).argParser(parseChoice(what, words));
  option.suggestions = words;
  return option;
}

/** An option that takes anything, with a few usual values for completion. */
export function suggestingOption(flags: string, text: string, words: readonly string[]): CliOption {
  const option = new CliOption(flags, text);
  option.suggestions = words;
  return option;
}

/** An option that takes a path. */
export function fileOption(flags: string, text: string): CliOption {
  const option = new CliOption(flags, text);
  option.takesFile = true;
  return option;
}

/** A model, a build or a tag; completion offers the models. @param more what help says after them */
export function modelArgument(name: string, more = ''): CliArgument {
  const models = more === '' ? `${variantIds.slice(0, -1).join(', ')} or ${variantIds.at(-1)}` : variantIds.join(', ');
  const argument = new CliArgument(name, `${models}${more}`);
  argument.suggestions = variantIds;
  return argument;
}
