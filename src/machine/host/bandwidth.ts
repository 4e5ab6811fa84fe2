import { deviceBandwidth, findDevice } from '../../data/devices.ts';
import type { System } from '../../system/system.ts';
import type { Accelerator, Cpu, Evidence } from '../types.ts';
import { boardModel } from './cpu/cpu.ts';
import { channelOf, modulesBandwidth, parseDmiModules } from './memory/modules.ts';
import type { SystemFacts } from './system-information/child.ts';

export interface RamBandwidth {
  bytesPerSecond: number | null;
  /** A board or chip that the table has by name: the constants of the speed model are fitted to that figure. */
  ofTable?: true;
  evidence: Evidence[];
}

/**
 * Nominal bandwidth of the RAM: of a board or chip that the table knows by name, else of the memory modules where the firmware's list can
 * be read (root). null when nothing reports it: then there is no speed for the CPU. Never throws.
 */
export async function readRamBandwidth(
  system: System,
  cpu: Pick<Cpu, 'brand'>,
  totalBytes: number | null,
  facts: SystemFacts | null = null,
): Promise<RamBandwidth> {
  const board = system.platform === 'linux' ? await boardModel(system) : null;
  for (const name of [board, cpu.brand].flatMap((text) => (text === null ? [] : [text, withoutRevision(text)]))) {
    const row = findDevice(name, { memoryBytes: totalBytes });
    const bandwidth = row && row.kind !== 'discrete' ? deviceBandwidth(row) : null;
    if (row && bandwidth !== null) return { ...said(bandwidth, `table of devices: ${row.name}`), ofTable: true };
  }
  if (system.platform !== 'linux') return ofModules(facts?.modules ?? []);
  const result = await system.run('dmidecode', ['-t', '17'], {
    timeoutMs: 1000,
    maxBytes: 256 * 1024,
    places: ['/usr/sbin'],
  });
  const bandwidth = result.kind === 'done' ? modulesBandwidth(parseDmiModules(result.stdout)) : null;
  return bandwidth === null ? nothing : said(bandwidth, 'dmidecode -t 17');
}

/** The slots as Windows lists them. */
function ofModules(slots: SystemFacts['modules']): RamBandwidth {
  const modules = slots.map(({ megaTransfers, slot, soldered }) => ({
    megaTransfers,
    channel: channelOf(slot),
    ...(soldered && { ownBits: 0 }),
  }));
  const bandwidth = modulesBandwidth(modules);
  return bandwidth === null ? nothing : said(bandwidth, 'systeminformation memLayout()');
}

/** A device that shares the RAM is as fast as the RAM: its bandwidth is used where the RAM's is unknown. */
export function bandwidthOfSharer(accelerators: readonly Accelerator[]): number | null {
  const sharer = accelerators.find(
    (accelerator) => accelerator.kind === 'unified' && accelerator.bandwidthBytesPerSecond !== null,
  );
  return sharer?.bandwidthBytesPerSecond ?? null;
}

const nothing: RamBandwidth = { bytesPerSecond: null, evidence: [] };

/** `Raspberry Pi 5 Model B Rev 1.0` is `Raspberry Pi 5 Model B`. */
const withoutRevision = (text: string) =>
  text.replace(/\s+(rev(ision)?\.? [\w.]+|w\/ Radeon.*|with Radeon.*|\d+-core processor)$/i, '');

function said(bytesPerSecond: number, source: string): RamBandwidth {
  const rounded = Math.round(bytesPerSecond);
  return {
    bytesPerSecond: rounded,
    evidence: [
      { subject: 'memory.bandwidth', value: rounded, source, confidence: 'assumed', chosen: true, rule: null },
    ],
  };
}
