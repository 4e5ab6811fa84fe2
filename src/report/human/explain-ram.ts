import { assumedRamOf } from '../../advice/placement/assumed-ram.ts';
import type { Machine } from '../../machine/types.ts';

/** The RAM's bandwidth with its basis: measured, nominal (with what it is from), or assumed. */
export function ramBandwidthSentence({ memory, cpu, evidence }: Pick<Machine, 'memory' | 'cpu' | 'evidence'>): string {
  const { bandwidthBytesPerSecond: bandwidth, bandwidthBasis } = memory;
  if (bandwidth === null) {
    const { flags: features, physicalCores: cores, sockets = null, brand } = cpu;
    const { low, high } = assumedRamOf({ bandwidthBytesPerSecond: null, features, brand, cores, sockets });
    return `RAM bandwidth: unknown, ${gigabytes(low)}-${gigabytes(high)} GB/s assumed.`;
  }
  const reading = evidence.find(({ subject, chosen }) => subject === 'memory.bandwidth' && chosen);
  const from = reading?.value === bandwidth ? ` (${reading.source})` : '';
  return `RAM bandwidth: ${gigabytes(bandwidth)} GB/s, ${bandwidthBasis ?? 'nominal'}${from}.`;
}

const gigabytes = (bytesPerSecond: number) => `${Math.round(bytesPerSecond / 1e8) / 10}`;
