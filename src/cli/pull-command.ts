import { Argument, Option } from 'commander';
import { type AddCommand, commonOf, withCommon } from './command.ts';
import { requestOf, withWorkload } from './workload-options.ts';

/** `pull`: choose, download, set up, prove. */
export const addPull: AddCommand = (program, io, done) => {
  const command = program
    .command('pull')
    .description('Install a model through Ollama with the right settings, and verify it')
    .addArgument(
      new Argument('[model]', 'e2b, e4b, 12b, 26b, 31b, a build (26b:q8_0) or a tag; default: what check recommends'),
    )
    .allowExcessArguments(false)
    .addOption(new Option('-y, --yes', 'do not ask'))
    .addOption(new Option('-n, --dry-run', 'print the plan only'))
    .addOption(new Option('--force', 'install even if it does not fit'))
    .addOption(new Option('--no-verify', 'skip verification'))
    .addOption(new Option('--tag <name>', 'name of the new tag'))
    .addOption(new Option('--insecure', 'allow a registry over plain http'));
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
