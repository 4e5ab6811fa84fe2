import { type Command, Option } from 'commander';
import type { MachineOptions } from '../commands/machine.ts';
import { knownPlatforms } from '../data/ids.ts';
import { FitError } from '../errors.ts';
import { choiceOption, fileOption } from './options.ts';
import { parseBandwidth, parseRam, type TypedRam } from './ram.ts';
import { parseBytes } from './values.ts';

/** Options that say which machine is meant, as commander gives them. */
export interface MachineFlags {
  gpu?: string[];
  vram?: number;
  ram?: TypedRam;
  ramBandwidth?: number;
  os?: NonNullable<MachineOptions['os']>;
  machine?: string[];
  /** `--measure` true, `--no-measure` false. */
  measure?: boolean;
}

/** Which machine is meant: this one when none is given. */
export function withMachine(command: Command): Command {
  return command
    .optionsGroup('Simulate a machine:')
    .addOption(
      new Option(
        '--gpu <name>',
        'a known GPU or chip: "RTX 4090", "2x RTX 3090", "M3 Max 64GB"; none for no GPU; twice: compare',
      ).argParser((name: string, before: string[] = []) => [...before, name]),
    )
    .addOption(new Option('--vram <size>', 'GPU memory, all of it free: 24GB (GB = GiB)').argParser(parseBytes))
    .addOption(
      new Option('--ram <size>', 'system RAM: 64GB (GB = GiB), "32GB DDR5-5600" (two channels)').argParser(parseRam),
    )
    .addOption(new Option('--ram-bandwidth <rate>', 'bandwidth of the RAM: 60GB/s').argParser(parseBandwidth))
    .addOption(choiceOption('--os <name>', 'platform', knownPlatforms))
    .addOption(fileOption('--machine <file...>', 'machine file (doctor --json), - for stdin; check takes several'));
}

/** Whether the RAM of this computer is timed; default: once. */
export function withMeasure(command: Command): Command {
  return command
    .optionsGroup('This machine:')
    .addOption(new Option('--measure', 'time the RAM again (0.5 s); once is the default'))
    .addOption(noMeasureOption());
}

export const noMeasureOption = () => new Option('--no-measure', 'do not time the RAM');

/** Throws FitError `usage` for several machines, for measuring one that is not this computer, and for two speeds of the RAM. */
export function machineOf(flags: MachineFlags): MachineOptions {
  refuseMeasureOfStated(flags);
  const { gpu, vram, ram, os, machine, measure } = flags;
  const bandwidth = bandwidthOf(flags);
  return {
    ...(gpu !== undefined && { gpu: onlyOne(gpu) }),
    ...(vram !== undefined && { vramBytes: vram }),
    ...(ram !== undefined && { ramBytes: ram.bytes }),
    ...(bandwidth !== null && {
      ramBandwidthBytesPerSecond: bandwidth.bytesPerSecond,
      ramBandwidthFrom: bandwidth.from,
    }),
    ...(os !== undefined && { os }),
    ...(machine !== undefined && { machine: onlyOne(machine) }),
    ...(measure !== undefined && { measure }),
  };
}

function bandwidthOf({ ram, ramBandwidth }: MachineFlags): TypedRam['bandwidth'] {
  const named = ram?.bandwidth ?? null;
  if (ramBandwidth === undefined) return named;
  if (named === null) return { bytesPerSecond: ramBandwidth, from: '--ram-bandwidth' };
  throw new FitError(
    'usage',
    `--ram-bandwidth does not go with a --ram that names its speed (${named.from}).`,
    'Leave one of them out.',
  );
}

/** Throws FitError `usage` when there are several. */
function onlyOne([path = '', ...others]: readonly string[]): string {
  if (others.length === 0) return path;
  throw new FitError('usage', 'Only one machine can be asked about here.', 'gemma-fit check --machine takes many.');
}

/** `--measure` times the RAM of this computer, so it is refused beside a named machine. Throws FitError `usage`. */
function refuseMeasureOfStated({ measure, gpu, vram, ram, ramBandwidth, os, machine }: MachineFlags): void {
  if (!measure || [gpu, vram, ram, ramBandwidth, os, machine].every((value) => value === undefined)) return;
  throw new FitError(
    'usage',
    '--measure times the RAM of this computer; it does not go with a simulated machine.',
    'Leave it out, or run gemma-fit check --measure on that machine.',
  );
}
