import { assumedRamBandwidth } from '../../data/advice.ts';
import { cpuClassOf } from '../../model/speed/cpu-class.ts';
import type { SpeedHost } from '../../model/speed/types.ts';

/** Fewer are a slice of a server, whose share of the memory channels nobody knows; hypervisors may show each of them as a socket. */
const leastServerCores = 8;

/** Range of bandwidth of RAM that nobody stated or measured, bytes per second. */
export function assumedRamOf(host: SpeedHost): { low: number; high: number } {
  const named = cpuClassOf(host);
  const isServer = (named === 'server' || named === 'two-sockets') && (host.cores ?? 0) >= leastServerCores;
  return assumedRamBandwidth(isServer ? 'server' : 'desktop or laptop');
}
