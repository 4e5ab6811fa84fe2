import { Option } from 'commander';
import { type AddCommand, commonOf, withCommon } from './command.ts';
import { machineOf, withMachine } from './machine-options.ts';

/** `doctor`: raw readings and evidence, private parts removed. */
export const addDoctor: AddCommand = (program, io, done) => {
  const command = program
    .command('doctor')
    .description('every reading with its source, for a bug report; --json is a file for check --machine')
    .allowExcessArguments(false)
    .addOption(new Option('-o, --output <file>', 'write there instead of to the terminal'));
  withMachine(command).addOption(new Option('--measure', 'measure the RAM for half a second'));
  withCommon(command).action(async (options: Record<string, unknown>) => {
    const { runDoctor } = await import('../commands/doctor.ts');
    const output = (options.output as string | undefined) ?? null;
    done(await runDoctor({ ...commonOf(options), machine: machineOf(options), output }, io));
  });
};
