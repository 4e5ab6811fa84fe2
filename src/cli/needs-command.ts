import { Argument, Option } from 'commander';
import { tableFormats } from '../report/options.ts';
import { type AddCommand, commonOf, formatOf, withCommon } from './command.ts';
import { parseChoice } from './values.ts';
import { requestOf, withWorkload } from './workload-options.ts';

/** `needs`: the other way round, from the model to the hardware. */
export const addNeeds: AddCommand = (program, io, done) => {
  const command = program
    .command('needs')
    .description('Show the smallest hardware that runs a model fully on GPU')
    .addArgument(new Argument('<model>', 'e2b, e4b, 12b, 26b, 31b, a build (26b:q8_0) or a tag'))
    .allowExcessArguments(false)
    .addOption(
      new Option('--format <format>', `${tableFormats.join(', ')}: as data`).argParser(
        parseChoice('format', tableFormats),
      ),
    );
  withCommon(withWorkload(command)).action(async (model: string, options: Record<string, unknown>) => {
    const { runNeeds } = await import('../commands/needs.ts');
    done(
      await runNeeds(
        {
          ...commonOf(options),
          model,
          format: formatOf(options),
          request: { ...requestOf(options), requirements: [] },
        },
        io,
      ),
    );
  });
};
