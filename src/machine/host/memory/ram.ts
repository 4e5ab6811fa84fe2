import type { System } from '../../../system/system.ts';
import type { Confidence } from '../../types.ts';
import { parseMemInfo } from './meminfo.ts';
import { availableFromVmStat } from './vm-stat.ts';

/** Installed (or visible) RAM and what a new process could have, before any limit. */
export interface Ram {
  totalBytes: number | null;
  availableBytes: number | null;
  totalSource: string;
  availableSource: string;
  confidence: Confidence;
}

/** Asks the system that this is: /proc/meminfo, vm_stat, or what the OS tells Node. Never throws. */
export async function readRam(system: System): Promise<Ram> {
  const fromNode: Ram = {
    totalBytes: positive(system.totalMemoryBytes),
    availableBytes: system.freeMemoryBytes >= 0 && system.totalMemoryBytes > 0 ? system.freeMemoryBytes : null,
    totalSource: 'os.totalmem()',
    availableSource: 'os.freemem()',
    confidence: 'reported',
  };
  if (system.platform === 'darwin') return darwin(system, fromNode);
  if (system.platform === 'win32') return fromNode;
  const text = await system.read('/proc/meminfo');
  const info = text === null ? null : parseMemInfo(text);
  if (!info?.totalBytes) return fromNode;
  return {
    totalBytes: info.totalBytes,
    availableBytes: info.availableBytes,
    totalSource: '/proc/meminfo (MemTotal)',
    availableSource: `/proc/meminfo (${info.availableFrom ?? 'nothing usable'})`,
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

const positive = (bytes: number) => (bytes > 0 ? bytes : null);
