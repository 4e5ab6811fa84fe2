import type { System } from '../../../system/system.ts';
import { cleanText } from '../../../text.ts';
import type { Cpu, Evidence } from '../../types.ts';
import { cpuQuota } from '../memory/cgroup.ts';
import type { SystemFacts } from '../system-information/child.ts';
import { knownFlags, parseCpuInfo } from './cpuinfo.ts';

export interface CpuReport {
  cpu: Cpu;
  evidence: Evidence[];
}

/** The CPU and the share of it that this process may use. facts: for systems without files to read. Never throws. */
export async function readCpu(system: System, facts: SystemFacts | null = null): Promise<CpuReport> {
  const [known, quota] = await Promise.all([
    identity(system, facts),
    system.platform === 'linux' ? cpuQuota(system) : null,
  ]);
  const pinned = pinnedCores(system, known.threads);
  const cores = [quota?.cores, pinned].filter((value) => value !== undefined && value !== null);
  const evidence: Evidence[] = [
    fact('cpu.brand', known.brand, known.source),
    fact('cpu.threads', known.threads, known.source),
  ];
  if (quota) evidence.push(fact('cpu.quota', quota.cores, quota.source));
  if (pinned !== null) evidence.push(fact('cpu.quota', pinned, 'os.availableParallelism()'));
  const { source: _, ...cpu } = known;
  return { cpu: { ...cpu, quotaCores: cores.length > 0 ? Math.min(...cores) : null }, evidence };
}

type Identity = Omit<Cpu, 'quotaCores'> & { source: string };

async function identity(system: System, facts: SystemFacts | null): Promise<Identity> {
  const fromNode: Identity = {
    brand: nodeBrand(system),
    physicalCores: null,
    threads: system.parallelism || null,
    flags: [],
    source: 'os.cpus()',
  };
  if (system.platform === 'darwin') return { ...fromNode, ...(await darwin(system)) };
  if (system.platform !== 'linux') return facts === null ? fromNode : completed(fromNode, facts);
  const [text, board] = await Promise.all([system.read('/proc/cpuinfo', 4 * 1024 * 1024), boardModel(system)]);
  if (text === null) return fromNode;
  const { sockets, ...info } = parseCpuInfo(text);
  return {
    ...info,
    ...(sockets !== null && sockets > 1 && { sockets }),
    brand: board ?? info.brand ?? fromNode.brand,
    threads: info.threads ?? fromNode.threads,
    source: board ? '/proc/device-tree/model' : '/proc/cpuinfo',
  };
}

/** Facts that the runtime lacks; its brand string is kept, as it comes from the CPU. */
function completed(fromNode: Identity, facts: SystemFacts): Identity {
  return {
    ...fromNode,
    brand: fromNode.brand ?? (facts.brand === null ? null : cleanText(facts.brand, 80)),
    physicalCores: facts.physicalCores,
    flags: knownFlags(facts.flags),
    source: 'os.cpus(); systeminformation cpu()',
  };
}

/** Name of a board (Raspberry Pi, Jetson, ...) from its device tree; null on other computers. */
export async function boardModel(system: System): Promise<string | null> {
  const text =
    (await system.read('/proc/device-tree/model')) ?? (await system.read('/sys/firmware/devicetree/base/model'));
  return text === null ? null : cleanText(text, 80) || null;
}

async function darwin(system: System): Promise<Partial<Identity>> {
  const keys = ['machdep.cpu.brand_string', 'hw.physicalcpu', 'hw.logicalcpu', 'hw.optional.arm64'];
  const result = await system.run('sysctl', keys, { timeoutMs: 1500, maxBytes: 16 * 1024, places: ['/usr/sbin'] });
  if (result.kind !== 'done') return {};
  const value = (key: string) =>
    new RegExp(`^${key.replaceAll('.', '\\.')}: (.+)$`, 'm').exec(result.stdout)?.[1]?.trim();
  const count = (key: string) => (/^\d{1,4}$/.test(value(key) ?? '') ? Number(value(key)) : null);
  const brand = value('machdep.cpu.brand_string');
  return {
    ...(brand ? { brand: cleanText(brand, 80) } : {}),
    physicalCores: count('hw.physicalcpu'),
    ...(count('hw.logicalcpu') ? { threads: count('hw.logicalcpu') } : {}),
    // Every Apple chip has both; sysctl names them under keys that came and went.
    flags: value('hw.optional.arm64') === '1' ? ['dotprod', 'neon'] : [],
    source: `sysctl ${keys.join(' ')}`,
  };
}

function nodeBrand(system: System): string | null {
  const brand = cleanText(system.cpuModel ?? '', 80);
  return brand === '' || /^unknown$/i.test(brand) ? null : brand;
}

/** Fewer cores than the computer has: an affinity mask or cpuset. Says nothing when the computer is replayed from files. */
function pinnedCores(system: System, threads: number | null): number | null {
  if (system.env.GEMMA_FIT_SYSROOT || threads === null || system.parallelism <= 0) return null;
  return system.parallelism < threads ? system.parallelism : null;
}

const fact = (subject: string, value: Evidence['value'], source: string): Evidence => ({
  subject,
  value,
  source,
  confidence: 'reported',
  chosen: true,
  rule: null,
});
