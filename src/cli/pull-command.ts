import { Option } from 'commander';
import { type AddCommand, withCommon } from './command.ts';
import { noMeasureOption } from './machine-options.ts';
import { modelArgument } from './options.ts';
import type { PullFlags } from './pull-action.ts';
import { withWorkload } from './workload-options.ts';

/** `pull`: choose, download, set up, prove. */
export const addPull: AddCommand = (program, io, done) => {
  const command = program
    .command('pull')
    .description('Install a model through Ollama with the right settings, and verify it')
    .addArgument(modelArgument('[model]', ', a build (26b:q8_0) or a tag; default: what check recommends'))
    .allowExcessArguments(false)
    .addOption(new Option('-y, --yes', 'do not ask'))
    .addOption(new Option('-n, --dry-run', 'print the plan only'))
    .addOption(new Option('--force', 'install even if it does not fit'))
    .addOption(new Option('--no-verify', 'skip verification'))
    .addOption(noMeasureOption())
    .addOption(new Option('--tag <name>', 'name of the new tag'))
    .addOption(new Option('--run', 'start the chat afterwards (ollama run)'))
    .addOption(new Option('--insecure', 'allow a registry over plain http'));
  withCommon(withWorkload(command)).action(async (model: string | undefined, options: PullFlags) => {
    const { pullAction } = await import('./pull-action.ts');
    done(await pullAction(command, model, options, io));
  });
};
