import { Argument } from 'commander';
import { type AddCommand, type CommonFlags, commonOf, withCommon } from './command.ts';

/** `explain [code]`: what a finding or an error means, and what to do about it. */
export const addExplain: AddCommand = (program, io, done) => {
  const command = program
    .command('explain')
    .description('Explain a code of the JSON output, or the terms of the reports')
    .addArgument(new Argument('[code]', 'a code such as kv-quantized, or terms; without it all codes are listed'))
    .allowExcessArguments(false);
  withCommon(command).action(async (code: string | undefined, options: CommonFlags) => {
    const { runExplain } = await import('../commands/explain.ts');
    done(await runExplain({ ...commonOf(options), code: code ?? null }, io));
  });
};
