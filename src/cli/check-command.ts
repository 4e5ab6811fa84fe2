import { type Command, Option } from 'commander';
import type { Requirement } from '../advice/types.ts';
import type { MachineInput } from '../commands/fleet-input.ts';
import type { Io } from '../commands/io.ts';
import { variantIds } from '../data/ids.ts';
import { FitError } from '../errors.ts';
import { type FleetFormat, fleetFormats, formats } from '../report/options.ts';
import { type AddCommand, type CommonFlags, commonOf, refuseBeside, withCommon } from './command.ts';
import { type MachineFlags, machineOf, withMachine } from './machine-options.ts';
import { notACommand } from './not-a-command.ts';
import { choiceOption, fileOption, suggestingOption } from './options.ts';
import { requestOf, type WorkloadOptions, withWorkload } from './workload-options.ts';

interface CheckFlags extends CommonFlags, WorkloadOptions, MachineFlags {
  require?: string[];
  requireFile?: string;
  format?: (typeof formats)[number];
  output?: string;
  all?: boolean;
  model?: string;
  grid?: string | true;
  explain?: string;
  why?: boolean;
}

/** What a grid has no use for. */
const notInGrid = ['--why', '--require', '--require-file', '--format', '--output', '--model', '--explain', '--quiet'];
/** What is about one machine. */
const notForMany = ['--gpu', '--vram', '--ram', '--os', '--model', '--explain', '--all', '--why'];

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
    .addOption(fileOption('--require-file <file>', 'more requirements, from a JSON list'))
    .addOption(choiceOption('--format <format>', 'format', formats))
    .addOption(fileOption('-o, --output <file>', 'write to a file'));
  withMachine(command).addOption(new Option('--measure', 'benchmark RAM bandwidth (0.5 s)'));
  withCommon(command).action(async (options: CheckFlags) => {
    refuseWords(command.args, program);
    if (options.grid !== undefined) {
      refuseBeside(command, notInGrid, '--grid', 'Leave it out, or ask without --grid.');
      const { io: gridIo } = onlyOneMachine(await machinesOf(options, io));
      const { runGrid } = await import('../commands/grid.ts');
      const variant = typeof options.grid === 'string' ? options.grid : null;
      const request = { ...requestOf(options), requirements: [] };
      done(await runGrid({ ...commonOf(options), request, machine: machineOf(options), variant }, gridIo));
      return;
    }
    const [{ runCheck }, { parseRequirement }] = await Promise.all([
      import('../commands/check.ts'),
      import('../advice/requirements/parse.ts'),
    ]);
    const common = commonOf(options);
    const output = options.output ?? null;
    const named = (options.require ?? []).map(parseRequirement);
    const requirements = [...named, ...(await requirementsIn(options.requireFile))];
    const format = common.json ? 'json' : (options.format ?? 'human');
    const request = { ...requestOf(options), requirements };
    const input = await machinesOf(options, io);
    if (input.kind === 'many') {
      refuseBeside(command, notForMany, 'several machines', 'Leave it out, or ask about one machine.');
      const { runFleet } = await import('../commands/fleet.ts');
      done(await runFleet({ ...common, request, format: fleetFormatOf(format), output }, input.machines, io));
      return;
    }
    done(
      await runCheck(
        {
          ...common,
          request,
          machine: machineOf(options),
          format,
          all: options.all ?? false,
          why: options.why ?? false,
          model: options.model ?? null,
          explain: options.explain ?? null,
          output,
        },
        input.io,
      ),
    );
  });
};

async function requirementsIn(path: string | undefined): Promise<Requirement[]> {
  if (path === undefined) return [];
  const { readRequirements } = await import('../commands/require-file.ts');
  return readRequirements(path);
}

/** One machine or many; only a `--machine` can be many, so nothing is loaded for it without one. */
async function machinesOf({ machine: paths }: MachineFlags, io: Io): Promise<MachineInput> {
  if (paths === undefined) return { kind: 'one', io };
  const { machineInput } = await import('../commands/fleet-input.ts');
  return machineInput(paths, io);
}

/** Throws FitError `usage` for many. */
function onlyOneMachine(input: MachineInput): Extract<MachineInput, { kind: 'one' }> {
  if (input.kind === 'one') return input;
  throw new FitError(
    'usage',
    '--machine with several machines does not go with --grid.',
    'Name one machine, or ask without --grid.',
  );
}

/** Throws FitError `usage` for a format that is about one machine. */
function fleetFormatOf(format: string): FleetFormat {
  const found = fleetFormats.find((name) => name === format);
  if (found !== undefined) return found;
  throw new FitError(
    'usage',
    `The format ${format} is for one machine.`,
    `For many there are ${fleetFormats.join(', ')}.`,
  );
}

/** `check` takes no words, and being the default it gets those that are no command: a mistyped one is named. */
function refuseWords([word]: readonly string[], program: Command): void {
  if (word !== undefined) throw notACommand(word, program);
}
