import { Argument, Option } from 'commander';
import { type AddCommand, commonOf, withCommon } from './command.ts';
import { requestOf, withWorkload } from './workload-options.ts';

/** `pull`: choose, download, set up, prove. */
export const addPull: AddCommand = (program, io, done) => {
  const command = program
    .command('pull')
    .description('download a model through Ollama, set it up to run as predicted, and prove it')
    .addArgument(
      new Argument('[model]', 'e2b, e4b, 12b, 26b, 31b, a build (26b:q8_0) or a tag; default: what check recommends'),
    )
    .allowExcessArguments(false)
    .addOption(new Option('-y, --yes', 'do not ask'))
    .addOption(new Option('-n, --dry-run', 'show what would be sent'))
    .addOption(new Option('--force', 'even when it does not fit'))
    .addOption(new Option('--no-verify', 'do not load it to prove it'))
    .addOption(new Option('--tag <name>', 'name of the tag that is made'))
    .addOption(new Option('--insecure', 'registry over plain http'));
  withCommon(withWorkload(command)).action(async (model: string | undefined, options: Record<string, unknown>) => {
    const [{ runPull }, { pullDeps }] = await Promise.all([
      import('../commands/pull.ts'),
      import('../commands/dependencies.ts'),
    ]);
    const request = { ...requestOf(options), requirements: [] };
    const pull = {
      ...commonOf(options),
      named: model !== undefined,
      tagName: (options.tag as string | undefined) ?? null,
      yes: options.yes === true,
      force: options.force === true,
      dryRun: options.dryRun === true,
      verify: options.verify !== false,
      insecure: options.insecure === true,
    };
    done(await runPull(pull, io, (signal) => pullDeps(model ?? null, request, io, signal)));
  });
};
