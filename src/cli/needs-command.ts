import { Option } from 'commander';
import { FitError } from '../errors.ts';
import type { TableFormat } from '../report/options.ts';
import { type AddCommand, type CommonFlags, commonOf, tableFormatOption, withCommon } from './command.ts';
import { modelArgument } from './options.ts';
import { requestOf, type WorkloadOptions, withWorkload } from './workload-options.ts';

interface NeedsFlags extends CommonFlags, WorkloadOptions {
  format?: TableFormat;
  all?: boolean;
}

/** `needs`: the other way round, from the model to the hardware. */
export const addNeeds: AddCommand = (program, io, done) => {
  const command = program
    .command('needs')
    .description('Show the smallest hardware that runs a model fully on GPU')
    .addArgument(modelArgument('<model>', ', a build (26b:q8_0) or a tag'))
    .allowExcessArguments(false)
    .addOption(new Option('--all', 'every build and every device'))
    .addOption(tableFormatOption());
  withCommon(withWorkload(command)).action(async (model: string, options: NeedsFlags) => {
    if (options.parallel === 'max') {
      throw new FitError('usage', '--parallel max is for one machine.', 'Name a number: --parallel 4.');
    }
    const { runNeeds } = await import('../commands/needs.ts');
    done(
      await runNeeds(
        {
          ...commonOf(options),
          model,
          format: options.format ?? null,
          all: options.all ?? false,
          request: { ...requestOf(options), requirements: [] },
        },
        io,
      ),
    );
  });
};
