import { posix } from 'node:path';
import type { System } from '../../../system/system.ts';
import { type Membership, type Mount, parseMemberships, parseMounts } from './mounts.ts';

/** Folders of one hierarchy from the process's own group up to the mount point, nearest first. */
export interface Hierarchy {
  version: 1 | 2;
  folders: string[];
}

/**
 * Where the limits of this process lie for one controller: the v1 hierarchy that has it, and the unified one. Both may exist (hybrid).
 * Node reads only the leaf, which misses every limit that a parent has.
 */
export async function hierarchies(system: System, controller: 'memory' | 'cpu'): Promise<Hierarchy[]> {
  const [mountText, groupText] = await Promise.all([
    system.read('/proc/self/mountinfo'),
    system.read('/proc/self/cgroup'),
  ]);
  const mounts = mountText === null ? usualMounts : parseMounts(mountText);
  const groups = groupText === null ? rootGroups : parseMemberships(groupText);
  const one = groups.find((group) => group.controllers.includes(controller));
  const two = groups.find((group) => group.controllers.length === 0);
  const oneMount = mounts.filter((mount) => mount.type === 'cgroup' && mount.options.includes(controller));
  const twoMounts = mounts.filter((mount) => mount.type === 'cgroup2');
  const found = await Promise.all([climb(system, 1, one, oneMount), climb(system, 2, two, twoMounts)]);
  return found.filter((hierarchy) => hierarchy !== null);
}

/** Default paths for when /proc does not say (hidden by a sandbox, missing from a bug report). */
const usualMounts: Mount[] = [
  { root: '/', point: '/sys/fs/cgroup', type: 'cgroup2', options: [] },
  { root: '/', point: '/sys/fs/cgroup/memory', type: 'cgroup', options: ['memory'] },
  { root: '/', point: '/sys/fs/cgroup/cpu', type: 'cgroup', options: ['cpu'] },
];
const rootGroups: Membership[] = [
  { controllers: [], path: '/' },
  { controllers: ['memory'], path: '/' },
  { controllers: ['cpu'], path: '/' },
];

async function climb(
  system: System,
  version: 1 | 2,
  group: Membership | undefined,
  mounts: Mount[],
): Promise<Hierarchy | null> {
  const mount = group && bestMount(mounts, group.path);
  if (!group || !mount) return null;
  const inside = relativePath(group.path, mount.root);
  const leaf = inside === null ? mount.point : posix.join(mount.point, inside);
  const start = (await system.list(leaf)).length > 0 ? leaf : mount.point;
  const folders = [start];
  for (let at = start; at !== mount.point && at.startsWith(`${mount.point}/`) && folders.length < 64; ) {
    at = posix.dirname(at);
    folders.push(at);
  }
  return { version, folders };
}

/** The mount whose root lies deepest above the group's path; a bind of another subtree only when there is no better. */
function bestMount(mounts: Mount[], path: string): Mount | undefined {
  const matching = mounts.filter((mount) => relativePath(path, mount.root) !== null);
  return matching.sort((a, b) => b.root.length - a.root.length)[0] ?? mounts[0];
}

/** `/docker/abc/sub` under `/docker/abc` is `sub`. null: not below it (`/../..` of a namespaced view, or another subtree). */
function relativePath(path: string, root: string): string | null {
  if (path.startsWith('/..')) return null;
  if (root === '/') return path.slice(1);
  if (path === root) return '';
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : null;
}
