import type { System } from '../../../system/system.ts';
import { hierarchies } from './cgroup-folders.ts';

/** One limit on the way from the process's group to the root. */
export interface GroupLimit {
  /** The file it was read from. */
  source: string;
  limitBytes: number;
  /** Memory of that group that cannot be reclaimed: usage less what the kernel reclaims before it kills. null when not readable. */
  heldBytes: number | null;
}

/** v1 writes 2^63 less a page for "no limit"; anything from 2^60 on is none. */
const noLimitBytes = 2 ** 60;

/** Every memory limit over this process, the process's own group first. */
export async function memoryLimits(system: System): Promise<GroupLimit[]> {
  const found = await Promise.all(
    (await hierarchies(system, 'memory')).flatMap(({ version, folders }) =>
      folders.map((folder) => (version === 1 ? limitOne(system, folder) : limitTwo(system, folder))),
    ),
  );
  return found.flat();
}

/** Limits over the Ollama service (MemoryMax= and MemoryHigh= of its unit and slice): the models live there, not in this process. */
export async function serviceLimits(system: System): Promise<GroupLimit[]> {
  const roots = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/memory'];
  const found = await Promise.all(
    roots.map(async (root) => {
      const read = root.endsWith('/memory') ? limitOne : limitTwo;
      return Promise.all((await serviceGroups(system, root)).map((group) => read(system, group)));
    }),
  );
  return found.flat(2);
}

/** The groups over a service of that name: the system's, a snap's, or one of a user's own, with every slice above it. */
async function serviceGroups(system: System, root: string): Promise<string[]> {
  const slice = `${root}/system.slice`;
  const services = (await system.list(slice)).filter((name) => /^(snap\.)?ollama[\w.@-]*\.service$/.test(name));
  const users = (await system.list(`${root}/user.slice`)).filter((name) => /^user-\d+\.slice$/.test(name));
  const own = users.flatMap((user) => {
    const manager = `${root}/user.slice/${user}/user@${user.slice(5, -6)}.service`;
    return [`${manager}/app.slice/ollama.service`, `${manager}/app.slice`, manager, `${root}/user.slice/${user}`];
  });
  const running = await Promise.all(
    own.map(async (group, at) => ((await system.exists(own[at - (at % 4)] ?? group)) ? [group] : [])),
  );
  return [...services.map((name) => `${slice}/${name}`), ...(services.length > 0 ? [slice] : []), ...running.flat()];
}

/** Cores that the tightest CPU quota on the way up allows; null without a quota. */
export async function cpuQuota(system: System): Promise<{ cores: number; source: string } | null> {
  const found = await Promise.all(
    (await hierarchies(system, 'cpu')).flatMap(({ version, folders }) =>
      folders.map((folder) => (version === 1 ? quotaOne(system, folder) : quotaTwo(system, folder))),
    ),
  );
  const quotas = found.filter((quota) => quota !== null);
  return quotas.sort((a, b) => a.cores - b.cores)[0] ?? null;
}

async function limitTwo(system: System, folder: string): Promise<GroupLimit[]> {
  const [current, stat, ...limits] = await Promise.all([
    system.read(`${folder}/memory.current`),
    system.read(`${folder}/memory.stat`),
    system.read(`${folder}/memory.max`),
    system.read(`${folder}/memory.high`),
  ]);
  const heldBytes = held(whole(current), stat, '');
  return limits.flatMap((text, order) => {
    const limitBytes = limitOf(text);
    return limitBytes === null
      ? []
      : [{ source: `${folder}/${order === 0 ? 'memory.max' : 'memory.high'}`, limitBytes, heldBytes }];
  });
}

async function limitOne(system: System, folder: string): Promise<GroupLimit[]> {
  const [limit, usage, stat] = await Promise.all([
    system.read(`${folder}/memory.limit_in_bytes`),
    system.read(`${folder}/memory.usage_in_bytes`),
    system.read(`${folder}/memory.stat`),
  ]);
  const prefix = statValue(stat, 'total_inactive_file') === null ? '' : 'total_';
  const heldBytes = held(whole(usage), stat, prefix);
  const own = limitOf(limit);
  const inherited = limitOf(String(statValue(stat, 'hierarchical_memory_limit') ?? 'max'));
  const found: GroupLimit[] = [];
  if (own !== null) {
    found.push({ source: `${folder}/memory.limit_in_bytes`, limitBytes: own, heldBytes });
  }
  // A parent's limit: the memory of its other children cannot be seen from here.
  if (inherited !== null && (own === null || inherited < own)) {
    found.push({
      source: `${folder}/memory.stat (hierarchical_memory_limit)`,
      limitBytes: inherited,
      heldBytes,
    });
  }
  return found;
}

async function quotaTwo(system: System, folder: string) {
  const match = /^(\d+) (\d+)/.exec((await system.read(`${folder}/cpu.max`)) ?? '');
  return match ? cores(Number(match[1]), Number(match[2]), `${folder}/cpu.max`) : null;
}

async function quotaOne(system: System, folder: string) {
  const [quota, period] = await Promise.all([
    system.read(`${folder}/cpu.cfs_quota_us`),
    system.read(`${folder}/cpu.cfs_period_us`),
  ]);
  return cores(whole(quota) ?? 0, whole(period) ?? 0, `${folder}/cpu.cfs_quota_us`);
}

function cores(quota: number, period: number, source: string) {
  return quota > 0 && period > 0 ? { cores: Math.round((quota / period) * 100) / 100, source } : null;
}

/**
 * Page cache that a program read or mapped, clean, and reclaimable kernel objects give way: a model's mapped weights are cache, and
 * active after their second use. Pages that are dirty or being written have to reach the disk first, locked ones and tmpfs are not in the
 * file lists. Source: memory.stat in the kernel's cgroup-v1/memory.rst and cgroup-v2.rst; scripts/check-memory-limit.mjs tries it out.
 */
function held(used: number | null, stat: string | null, prefix: string): number | null {
  if (used === null) return null;
  const value = (key: string) => statValue(stat, key) ?? 0;
  const cache = value(`${prefix}inactive_file`) + value(`${prefix}active_file`);
  const unwritten =
    prefix === '' ? value('file_dirty') + value('file_writeback') : value('total_dirty') + value('total_writeback');
  return Math.max(0, used - Math.max(0, cache - unwritten) - value('slab_reclaimable'));
}

function limitOf(text: string | null): number | null {
  const value = whole(text);
  return value !== null && value > 0 && value < noLimitBytes ? value : null;
}

/** A whole number alone in a file; `max`, `-1` and anything else are null. */
function whole(text: string | null): number | null {
  return text !== null && /^\d{1,20}\s*$/.test(text) ? Number(text) : null;
}

function statValue(text: string | null, key: string): number | null {
  const match = text === null ? null : new RegExp(`^${key} (\\d{1,20})$`, 'm').exec(text);
  return match ? Number(match[1]) : null;
}
