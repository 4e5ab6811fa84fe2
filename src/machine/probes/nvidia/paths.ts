import type { System } from '../../../system/system.ts';

const linuxPlaces = [
  '/usr/bin',
  '/usr/local/bin',
  '/usr/lib/wsl/lib',
  '/usr/local/nvidia/bin',
  '/home/kubernetes/bin/nvidia/bin',
  '/opt/nvidia/bin',
  '/opt/bin',
  '/run/current-system/sw/bin',
  '/run/opengl-driver/bin',
  '/usr/lib/nvidia/bin',
  '/usr/lib/nvidia/current',
  '/usr/lib/nvidia-current',
];

/** Folders where nvidia-smi lies when PATH does not name it: WSL, GKE nodes, NixOS, the Windows driver store. */
export async function nvidiaSearchPaths(system: System): Promise<string[]> {
  if (system.platform !== 'win32') return linuxPlaces;
  const root = system.env.SystemRoot ?? system.env.SYSTEMROOT ?? 'C:\\Windows';
  const programs = system.env.ProgramW6432 ?? system.env.ProgramFiles ?? 'C:\\Program Files';
  const store = `${root}\\System32\\DriverStore\\FileRepository`;
  const packages = (await system.list(store)).filter((name) => /^nv/i.test(name)).reverse();
  const stored = packages.slice(0, 40).map((name) => `${store}\\${name}`);
  return [`${root}\\System32`, `${programs}\\NVIDIA Corporation\\NVSMI`, ...stored];
}
