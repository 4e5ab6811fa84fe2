import { GiB } from '../../../data/units.ts';
import type { System } from '../../../system/system.ts';
import type { MachineFinding } from '../../findings.ts';
import type { Evidence, MachineMemory, MemoryLimiter, Os } from '../../types.ts';
import { type GroupLimit, memoryLimits, serviceLimits } from './cgroup.ts';
import { type Ram, readRam } from './ram.ts';
import { parseUlimit } from './ulimit.ts';

export interface MemoryReport {
  memory: MachineMemory;
  evidence: Evidence[];
  warnings: MachineFinding[];
}

/** RAM within every limit, with the effective limit. bandwidthBytesPerSecond stays null here. Never throws. */
export async function readMemory(system: System, environment: Os['environment']): Promise<MemoryReport> {
  const linux = system.platform === 'linux';
  const [ram, own, service, limitsText] = await Promise.all([
    readRam(system),
    linux ? memoryLimits(system) : [],
    linux ? serviceLimits(system) : [],
    linux ? system.read('/proc/self/limits') : null,
  ]);
  const ulimit = limitsText === null ? null : parseUlimit(limitsText);
  const groups = new Map([...own, ...service].map((group) => [group.source, group]));
  const limits = [
    ...[...groups.values()].map((group) => ({ ...group, by: 'cgroup' as MemoryLimiter })),
    ...(ulimit ? [{ ...ulimit, heldBytes: null, by: 'ulimit' as MemoryLimiter }] : []),
  ];
  return withCaches(assemble(ram, limits, environment.includes('wsl')), ram);
}

/** Smallest use of RAM, invisible to programs, that is reported, bytes. */
const worthSaying = GiB;

/** RAM that no program holds: the ZFS cache, which can be reclaimed, and huge pages, which cannot. */
function withCaches(report: MemoryReport, { givesWayBytes, hugePagesBytes }: Ram): MemoryReport {
  const warnings: MachineFinding[] = [...report.warnings];
  if (givesWayBytes >= worthSaying) warnings.push({ code: 'zfs-cache', bytes: givesWayBytes });
  if (hugePagesBytes >= worthSaying) warnings.push({ code: 'huge-pages', bytes: hugePagesBytes });
  return { ...report, warnings };
}

type Limit = GroupLimit & { by: MemoryLimiter };

/** The tightest limit below the RAM applies; available is the least that any limit leaves. */
function assemble(ram: Ram, limits: Limit[], wsl: boolean): MemoryReport {
  const total = ram.totalBytes;
  const holding = limits.filter((limit) => total === null || limit.limitBytes <= total);
  const tightest = [...holding].sort((a, b) => a.limitBytes - b.limitBytes)[0] ?? null;
  const rooms = holding.map((limit) => Math.max(0, limit.limitBytes - (limit.heldBytes ?? 0)));
  const known = [...rooms, ...(ram.availableBytes === null ? [] : [ram.availableBytes])];
  const memory: MachineMemory = {
    totalBytes: total,
    availableBytes: known.length > 0 ? Math.min(...known) : null,
    limitBytes: tightest?.limitBytes ?? (wsl ? total : null),
    limitedBy: tightest?.by ?? (wsl ? 'wsl' : 'none'),
    bandwidthBytesPerSecond: null,
  };
  return { memory, evidence: evidenceOf(ram, limits, tightest, memory), warnings: warningsOf(memory, tightest, wsl) };
}

function warningsOf(memory: MachineMemory, tightest: Limit | null, wsl: boolean): MachineFinding[] {
  const warnings: MachineFinding[] = [];
  if (memory.totalBytes === null) warnings.push({ code: 'ram-unknown' });
  if (tightest) {
    const { by, limitBytes, source } = tightest;
    warnings.push({ code: 'memory-limited', limitedBy: by, limitBytes, totalBytes: memory.totalBytes, source });
  }
  if (wsl) warnings.push({ code: 'wsl-memory', totalBytes: memory.totalBytes });
  return warnings;
}

function evidenceOf(ram: Ram, limits: Limit[], tightest: Limit | null, memory: MachineMemory): Evidence[] {
  const available = memory.availableBytes;
  const readings: Evidence[] = [
    fact(
      'memory.total',
      ram.totalBytes,
      ram.totalSource,
      ram.confidence === 'assumed' ? 'reported' : ram.confidence,
      true,
      null,
    ),
    fact(
      'memory.available',
      ram.availableBytes,
      ram.availableSource,
      ram.confidence,
      ram.availableBytes === available,
      limits.length > 0 ? leastRule : null,
    ),
  ];
  for (const limit of limits) {
    readings.push(fact('memory.limit', limit.limitBytes, limit.source, 'measured', limit === tightest, tightestRule));
    if (limit.heldBytes === null) continue;
    const room = Math.max(0, limit.limitBytes - limit.heldBytes);
    readings.push(
      fact(
        'memory.available',
        room,
        `${limit.source} less usage, clean page cache given back`,
        'measured',
        room === available,
        leastRule,
      ),
    );
  }
  return readings;
}

const tightestRule = 'the tightest limit that is not above the RAM';
const leastRule = 'the least of what RAM and limits leave';

function fact(
  subject: string,
  value: Evidence['value'],
  source: string,
  confidence: Evidence['confidence'],
  chosen: boolean,
  rule: string | null,
): Evidence {
  return { subject, value, source, confidence, chosen, rule };
}
