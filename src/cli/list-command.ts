import { Argument, Option } from 'commander';
import { tableFormats } from '../report/options.ts';
import { type AddCommand, commonOf, formatOf, withCommon } from './command.ts';
import { parseChoice } from './values.ts';

/** `list`: the table of builds. */
export const addList: AddCommand = (program, io, done) => {
  const command = program
    .command('list')
    .description('List models and builds with sizes, contexts and sources')
    .addArgument(new Argument('[model]', 'e2b, e4b, 12b, 26b or 31b'))
    .allowExcessArguments(false)
    .addOption(new Option('--files', 'include files on Hugging Face (ollama pull hf.co/...)'))
    .addOption(
      new Option('--format <format>', `${tableFormats.join(', ')}: as data`).argParser(
        parseChoice('format', tableFormats),
      ),
    );
  withCommon(command).action(async (model: string | undefined, options: Record<string, unknown>) => {
    const { runList } = await import('../commands/list.ts');
    done(
      await runList(
        { ...commonOf(options), variant: model ?? null, format: formatOf(options), files: options.files === true },
        io,
      ),
    );
  });
};
