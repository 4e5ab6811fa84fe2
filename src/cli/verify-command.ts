import { Argument } from 'commander';
import type { Runtime } from '../data/ids.ts';
import { type AddCommand, type CommonFlags, commonOf, withCommon } from './command.ts';
import { fileOption } from './options.ts';
import { runtimeOption } from './workload-options.ts';

interface VerifyFlags extends CommonFlags {
  output?: string;
  runtime?: Runtime;
}

/** `verify`: load a model and compare with the prediction. */
export const addVerify: AddCommand = (program, io, done) => {
  const command = program
    .command('verify')
    .description('Load a model, compare it with the prediction, measure its speed')
    .addArgument(new Argument('[tag]', 'default: the tag that pull made'))
    .allowExcessArguments(false)
    .addOption(fileOption('-o, --output <file>', 'write the proof to a file'))
    .addOption(runtimeOption().hideHelp());
  withCommon(command).action(async (tag: string | undefined, options: VerifyFlags) => {
    const [{ runVerify }, { verifyDeps }, { requireOllama }] = await Promise.all([
      import('../commands/verify.ts'),
      import('../commands/dependencies.ts'),
      import('./require-ollama.ts'),
    ]);
    requireOllama(options.runtime, 'verify');
    const output = options.output ?? null;
    done(await runVerify({ ...commonOf(options), tag: tag ?? null, output }, io, (signal) => verifyDeps(io, signal)));
  });
};
