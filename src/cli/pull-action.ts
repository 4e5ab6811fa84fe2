import type { Command } from 'commander';
import { requireKnownModel } from '../advice/select.ts';
import { pullDeps } from '../commands/dependencies.ts';
import type { Io } from '../commands/io.ts';
import { runPull } from '../commands/pull.ts';
import type { ExitName } from '../exit.ts';
import { type CommonFlags, commonOf, refuseBeside } from './command.ts';
import { requireOllama } from './require-ollama.ts';
import { requestOf, type WorkloadOptions } from './workload-options.ts';

/** Options of `pull`, as commander gives them. */
export interface PullFlags extends CommonFlags, WorkloadOptions {
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
export async function pullAction(
  command: Command,
  model: string | undefined,
  options: PullFlags,
  io: Io,
): Promise<ExitName> {
  requireOllama(options.runtime, 'pull');
  if (options.run) refuseBeside(command, ['--json', '--dry-run'], '--run', 'Leave one of them out.');
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
  return runPull(pull, io, (signal) => pullDeps(model ?? null, request, io, signal, ramUse));
}
