import { Option } from 'commander';
import { type AddCommand, type CommonFlags, commonOf, refuseBeside, withCommon } from './command.ts';
import { noMeasureOption } from './machine-options.ts';
import { modelArgument } from './options.ts';
import { requestOf, type WorkloadOptions, withWorkload } from './workload-options.ts';

interface PullFlags extends CommonFlags, WorkloadOptions {
  yes?: boolean;
  dryRun?: boolean;
  force?: boolean;
  /** true unless --no-measure. */
  measure: boolean;
  /** true unless --no-verify. */
  verify: boolean;
  tag?: string;
  insecure?: boolean;
  run?: boolean;
}

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
    if (options.run) refuseBeside(command, ['--json', '--dry-run'], '--run', 'Leave one of them out.');
    const [{ runPull }, { pullDeps }, { requireKnownModel }] = await Promise.all([
      import('../commands/pull.ts'),
      import('../commands/dependencies.ts'),
      import('../advice/select.ts'),
    ]);
    const request = { ...requestOf(options), requirements: [] };
    const pull = {
      ...commonOf(options),
      named: model !== undefined,
      checkName: () => model !== undefined && requireKnownModel(model),
      tagName: options.tag ?? null,
      yes: options.yes ?? false,
      force: options.force ?? false,
      dryRun: options.dryRun ?? false,
      verify: options.verify,
      insecure: options.insecure ?? false,
      run: options.run ?? false,
    };
    const ramUse = options.measure ? 'once' : 'remembered';
    done(await runPull(pull, io, (signal) => pullDeps(model ?? null, request, io, signal, ramUse)));
  });
};
