import { type Command, Option } from 'commander';
import { variantIds } from '../data/ids.ts';
import { formats } from '../report/options.ts';
import type { CheckFlags } from './check-action.ts';
import { type AddCommand, withCommon } from './command.ts';
import { withMachine, withMeasure } from './machine-options.ts';
import { notACommand } from './not-a-command.ts';
import { choiceOption, fileOption, suggestingOption } from './options.ts';
import { withWorkload } from './workload-options.ts';

/** `check`, also what a bare `gemma-fit` does. */
export const addCheck: AddCommand = (program, io, done) => {
  const command = program
    .command('check', { isDefault: true })
    .description('Show what this machine can run, and which model to install (default)')
    .allowExcessArguments(true);
  withWorkload(command)
    .optionsGroup('Report:')
    .addOption(new Option('--why', 'reasons, ways to fit more, notes, memory in full'))
    .addOption(new Option('--all', 'show every build, not just the best per model'))
    .addOption(suggestingOption('--grid [model]', 'table of builds x context sizes', variantIds))
    .addOption(suggestingOption('--explain <model>', 'show the full calculation for one model', variantIds))
    .addOption(new Option('--model <name>', 'check one model: a .gguf file, an installed model, hf.co/... or a tag'))
    .optionsGroup('Scripts:')
    .addOption(new Option('-r, --require <spec...>', 'must fit: 26b@32k, vision@16k, 31b@32k>=20tps; exit 3 if not'))
    .addOption(fileOption('--require-file <file...>', 'more requirements, from a JSON list'))
    .addOption(choiceOption('--format <format>', 'format', formats))
    .addOption(fileOption('-o, --output <file>', 'write to a file'));
  withMeasure(withMachine(command));
  withCommon(command).action(async (options: CheckFlags) => {
    refuseWords(command.args, program);
    const { checkAction } = await import('./check-action.ts');
    done(await checkAction(command, options, io));
  });
};

/** `check` takes no arguments; as the default command it receives mistyped commands, which are named. */
function refuseWords([word]: readonly string[], program: Command): void {
  if (word !== undefined) throw notACommand(word, program);
}
