import type { System } from '../../../system/system.ts';
import type { Confidence } from '../../types.ts';
import { parseArcStats } from './arc.ts';
import { parseMemInfo } from './meminfo.ts';
import { availableFromVmStat } from './vm-stat.ts';

/** Installed (or visible) RAM and what a new process could have, before any limit. */
export interface Ram {
  totalBytes: number | null;
  availableBytes: number | null;
  totalSource: string;
  availableSource: string;
  confidence: Confidence;
  /** ZFS cache that gives way, bytes; counted in availableBytes. */
  givesWayBytes: number;
  hugePagesBytes: number;
}

/** Asks the system that this is: /proc/meminfo, vm_stat, or what the OS tells Node. Never throws. */
export async function readRam(system: System): Promise<Ram> {
  const fromNode: Ram = {
    totalBytes: positive(system.totalMemoryBytes),
    availableBytes: system.freeMemoryBytes >= 0 && system.totalMemoryBytes > 0 ? system.freeMemoryBytes : null,
    totalSource: 'os.totalmem()',
    availableSource: 'os.freemem()',
    confidence: 'reported',
    givesWayBytes: 0,
    hugePagesBytes: 0,
  };
  if (system.platform === 'darwin') return darwin(system, fromNode);
  if (system.platform === 'win32') return fromNode;
  const [text, arcText, mounts] = await Promise.all([
    system.read('/proc/meminfo'),
    system.read('/proc/spl/kstat/zfs/arcstats', 64 * 1024),
    system.read('/proc/self/mountinfo'),
  ]);
  const info = text === null ? null : parseMemInfo(text);
  if (!info?.totalBytes) return fromNode;
  const available = info.availableBytes;
  // In a container of LXC /proc/meminfo is the container's and the cache is the host's.
  const arcBytes = arcText === null || isLxcfs(mounts) ? 0 : parseArcStats(arcText);
  const givesWayBytes = available === null ? 0 : Math.min(arcBytes, info.totalBytes - available);
  return {
    totalBytes: info.totalBytes,
    availableBytes: available === null ? null : available + givesWayBytes,
    totalSource: '/proc/meminfo (MemTotal)',
    availableSource: `/proc/meminfo (${info.availableFrom ?? 'nothing usable'})${givesWayBytes > 0 ? ' + ZFS cache above c_min' : ''}`,
    givesWayBytes,
    hugePagesBytes: info.hugePagesBytes,
    confidence: info.availableFrom === 'MemAvailable' ? 'measured' : 'assumed',
  };
}

/** os.freemem() counts only free pages on macOS: vm_stat tells what can be given back as well. */
async function darwin(system: System, fromNode: Ram): Promise<Ram> {
  if (fromNode.totalBytes === null) return fromNode;
  const result = await system.run('vm_stat', [], { timeoutMs: 1500, places: ['/usr/bin'], maxBytes: 64 * 1024 });
  const available = result.kind === 'done' ? availableFromVmStat(result.stdout, fromNode.totalBytes) : null;
  if (available === null) return { ...fromNode, confidence: 'assumed' };
  return { ...fromNode, availableBytes: available, availableSource: 'vm_stat', confidence: 'measured' };
}

const isLxcfs = (mounts: string | null) => / \/proc\/meminfo .* - fuse\.lxcfs /.test(mounts ?? '');

const positive = (bytes: number) => (bytes > 0 ? bytes : null);
