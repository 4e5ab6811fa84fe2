import { Option } from 'commander';
import type { TableFormat } from '../report/options.ts';
import { type AddCommand, type CommonFlags, commonOf, tableFormatOption, withCommon } from './command.ts';
import { modelArgument } from './options.ts';

interface ListFlags extends CommonFlags {
  files?: boolean;
  format?: TableFormat;
}

/** `list`: the table of builds. */
export const addList: AddCommand = (program, io, done) => {
  const command = program
    .command('list')
    .description('List models and builds with sizes, contexts and sources')
    .addArgument(modelArgument('[model]'))
    .allowExcessArguments(false)
    .addOption(new Option('--files', 'include files on Hugging Face (ollama pull hf.co/...)'))
    .addOption(tableFormatOption());
  withCommon(command).action(async (model: string | undefined, options: ListFlags) => {
    const { runList } = await import('../commands/list.ts');
    done(
      await runList(
        { ...commonOf(options), variant: model ?? null, format: options.format ?? null, files: options.files === true },
        io,
      ),
    );
  });
};
