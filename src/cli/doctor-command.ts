import { type AddCommand, type CommonFlags, commonOf, withCommon } from './command.ts';
import { type MachineFlags, machineOf, withMachine, withMeasure } from './machine-options.ts';
import { fileOption } from './options.ts';

/** `doctor`: raw readings and evidence, private parts removed. */
export const addDoctor: AddCommand = (program, io, done) => {
  const command = program
    .command('doctor')
    .description('Print a hardware report with sources, identifiers removed; --json makes a machine file')
    .allowExcessArguments(false)
    .addOption(fileOption('-o, --output <file>', 'write to a file'));
  withMeasure(withMachine(command));
  withCommon(command).action(async (options: CommonFlags & MachineFlags & { output?: string }) => {
    const { runDoctor } = await import('../commands/doctor.ts');
    const output = options.output ?? null;
    done(await runDoctor({ ...commonOf(options), machine: machineOf(options), output }, io));
  });
};
