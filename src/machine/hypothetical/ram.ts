import { deviceBandwidth } from '../../data/devices.ts';
import { FitError } from '../../errors.ts';
import { systemReserveBytes } from '../system-reserve.ts';
import type { Accelerator, Evidence, MachineMemory } from '../types.ts';
import type { GpuSpec } from './parse-gpu.ts';

/** What may be stated about the RAM of another computer. */
interface StatedRam {
  ramBytes?: number;
  ramBandwidthBytesPerSecond?: number;
  ramBandwidthFrom?: string;
}

/** Chips that share RAM bring theirs with them, its bandwidth too; --ram says it for the others. */
export function memoryFor(options: StatedRam, specs: readonly GpuSpec[], base: MachineMemory): MachineMemory {
  const sharer = specs.find(({ device, memoryBytes }) => device.kind === 'unified' && memoryBytes !== null);
  const stated = sharer?.memoryBytes ?? options.ramBytes;
  const { bandwidthBytesPerSecond: _, bandwidthBasis: __, ...rest } = base;
  const bandwidth = bandwidthFor(options, specs, base);
  if (stated === undefined || stated === null) return { ...rest, ...bandwidth };
  return {
    totalBytes: stated,
    availableBytes: stated - systemReserveBytes(stated),
    limitBytes: options.ramBytes === undefined ? null : stated,
    limitedBy: options.ramBytes === undefined ? 'none' : 'user',
    ...bandwidth,
  };
}

type Bandwidth = Pick<MachineMemory, 'bandwidthBytesPerSecond' | 'bandwidthBasis'>;

/** Stated figures count as nominal, like the table's; what comes from the base keeps its basis. */
function bandwidthFor(options: StatedRam, specs: readonly GpuSpec[], base: MachineMemory): Bandwidth {
  const { ramBandwidthBytesPerSecond: stated } = options;
  if (stated !== undefined) return { bandwidthBytesPerSecond: Math.round(stated) };
  const chip = specs.find(({ device }) => device.kind !== 'discrete')?.device;
  if (chip !== undefined) return { bandwidthBytesPerSecond: deviceBandwidth(chip) };
  const { bandwidthBytesPerSecond, bandwidthBasis } = base;
  return { bandwidthBytesPerSecond, ...(bandwidthBasis !== undefined && { bandwidthBasis }) };
}

/** Throws FitError `usage` for a bandwidth beside a chip that comes with its memory: the table knows that one. */
export function refuseBandwidthOfChip(options: StatedRam, specs: readonly GpuSpec[]): void {
  const chip = specs.find(({ device }) => device.kind === 'unified' || device.class === 'phone')?.device;
  if (options.ramBandwidthBytesPerSecond === undefined || chip === undefined) return;
  throw new FitError(
    'usage',
    `A speed of the RAM does not go with ${chip.name}, which comes with its memory.`,
    'State the size alone.',
  );
}

/** Graphics in a processor are as fast as the RAM that they work in. */
export function withStatedRam(accelerators: readonly Accelerator[], options: StatedRam): Accelerator[] {
  const { ramBandwidthBytesPerSecond: stated } = options;
  return accelerators.map((accelerator) =>
    stated === undefined || accelerator.kind !== 'integrated'
      ? accelerator
      : { ...accelerator, bandwidthBytesPerSecond: Math.round(stated) },
  );
}

const subject = 'memory.bandwidth';

/** The base's readings; its bandwidth is not the one that counts when another is stated. */
export function withoutBandwidth(evidence: readonly Evidence[], options: StatedRam): Evidence[] {
  const isOld = (item: Evidence) => options.ramBandwidthBytesPerSecond !== undefined && item.subject === subject;
  return evidence.map((item) => (isOld(item) ? { ...item, chosen: false } : item));
}

export function bandwidthEvidence(options: StatedRam): Evidence[] {
  const { ramBandwidthBytesPerSecond: value, ramBandwidthFrom: source = 'as stated' } = options;
  if (value === undefined) return [];
  return [{ subject, value: Math.round(value), source, confidence: 'assumed', chosen: true, rule: null }];
}

/** For display in a note: `RAM at 90 GB/s (DDR5-5600, assumed 2 channels)`. */
export function bandwidthNote(options: StatedRam): string | undefined {
  const { ramBandwidthBytesPerSecond: value, ramBandwidthFrom: source } = options;
  if (value === undefined) return undefined;
  return `RAM at ${Math.round(value / 1e8) / 10} GB/s${source === undefined ? '' : ` (${source})`}`;
}
