import type { Command } from 'commander';
import type { Requirement } from '../advice/types.ts';
import { runCheck } from '../commands/check.ts';
import type { MachineInput } from '../commands/fleet-input.ts';
import type { Io } from '../commands/io.ts';
import { FitError } from '../errors.ts';
import type { ExitName } from '../exit.ts';
import { limits } from '../limits.ts';
import { type FleetFormat, type Format, fleetFormats } from '../report/options.ts';
import { type CommonFlags, commonOf, refuseBeside } from './command.ts';
import { type MachineFlags, machineOf } from './machine-options.ts';
import { requireOllama } from './require-ollama.ts';
import { requestOf, type WorkloadOptions } from './workload-options.ts';

/** Options of `check`, as commander gives them. */
export interface CheckFlags extends CommonFlags, WorkloadOptions, MachineFlags {
  require?: string[];
  requireFile?: string[];
  format?: Format;
  output?: string;
  all?: boolean;
  model?: string;
  grid?: string | true;
  explain?: string;
  why?: boolean;
}

/** Options that a grid ignores. */
const notInGrid = ['--why', '--require', '--require-file', '--format', '--output', '--model', '--explain', '--quiet'];
/** Options about a single machine. */
const notForMany = ['--gpu', '--vram', '--ram', '--ram-bandwidth', '--os', '--model', '--explain', '--all', '--why'];
/** Options that a comparison of stated machines ignores. */
const notInComparison = [
  '--machine',
  '--vram',
  '--model',
  '--explain',
  '--all',
  '--why',
  '--grid',
  '--output',
  '--quiet',
];

const leaveOut = (what: string) => `Leave it out, or ${what}.`;

/** `check`: one machine, many, a comparison, or a grid. */
export async function checkAction(command: Command, options: CheckFlags, io: Io): Promise<ExitName> {
  if ((options.gpu?.length ?? 0) > 1) return compare(command, options, io);
  if (options.grid !== undefined) return grid(command, options, io);
  const common = commonOf(options);
  const output = options.output ?? null;
  const format = common.json ? 'json' : (options.format ?? 'human');
  const request = { ...requestOf(options), requirements: await requirementsOf(options) };
  if (format === 'k8s') requireOllama(options.runtime, 'The format k8s');
  const input = await machinesOf(options, io);
  if (input.kind === 'many') {
    refuseBeside(command, notForMany, 'several machines', leaveOut('ask about one machine'));
    const { runFleet } = await import('../commands/fleet.ts');
    return runFleet({ ...common, request, format: fleetFormatOf(format), output }, input.machines, io);
  }
  const { all = false, why = false, model = null, explain = null } = options;
  const machine = machineOf(options);
  return runCheck({ ...common, request, machine, format, all, why, model, explain, output }, input.io);
}

async function grid(command: Command, options: CheckFlags, io: Io): Promise<ExitName> {
  refuseBeside(command, notInGrid, '--grid', leaveOut('ask without --grid'));
  const { io: gridIo } = onlyOneMachine(await machinesOf(options, io));
  const { runGrid } = await import('../commands/grid.ts');
  const variant = typeof options.grid === 'string' ? options.grid : null;
  const request = { ...requestOf(options), requirements: [] };
  return runGrid({ ...commonOf(options), request, machine: machineOf(options), variant }, gridIo);
}

/** `--gpu` more than once: machines side by side. */
async function compare(command: Command, options: CheckFlags, io: Io): Promise<ExitName> {
  refuseBeside(command, notInComparison, 'several --gpu', leaveOut('name one --gpu'));
  const common = commonOf(options);
  const format: Format = common.json ? 'json' : (options.format ?? 'human');
  if (format !== 'human' && format !== 'json') {
    throw new FitError('usage', `The format ${format} is for one machine.`, 'For several --gpu there are human, json.');
  }
  const { runCompare } = await import('../commands/compare.ts');
  const request = { ...requestOf(options), requirements: await requirementsOf(options) };
  // Its table has no place for them.
  if (format === 'human')
    refuseBeside(command, ['--require', '--require-file'], 'several --gpu', leaveOut('ask with --json'));
  const machines = (options.gpu ?? []).map((gpu) => machineOf({ ...options, gpu: [gpu] }));
  return runCompare({ ...common, request, machines, format }, io);
}

async function requirementsOf({ require: named = [], requireFile: files = [] }: CheckFlags): Promise<Requirement[]> {
  if (named.length === 0 && files.length === 0) return [];
  const [{ parseRequirement }, { readRequirements }] = await Promise.all([
    import('../advice/requirements/parse.ts'),
    import('../commands/require-file.ts'),
  ]);
  const { items } = limits.requirements;
  const read: Requirement[] = [];
  for (const file of files) read.push(...(await readRequirements(file)));
  if (named.length + read.length > items) throw new FitError('usage', `There are more than ${items} requirements.`);
  return [...named.map(parseRequirement), ...read];
}

/** One machine or many. Only `--machine` can name many, so without it nothing is loaded. */
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
