import { posix, win32 } from 'node:path';
import type { System } from '../../system/system.ts';
import type { Disk } from '../types.ts';
import { ollamaService } from './ollama-service.ts';

/** Where the server keeps its models, as far as this computer tells. */
interface ModelsFolder {
  path: string;
  source: string;
}

/** Free space where Ollama keeps models: asked at the nearest folder that exists. null when no folder can be named. Never throws. */
export async function readDisk(system: System): Promise<Disk | null> {
  const folder = await modelsFolder(system);
  if (folder === null) return null;
  const flavour = system.platform === 'win32' ? win32 : posix;
  for (let path = flavour.normalize(folder.path), steps = 0; steps < 64; steps++) {
    const space = await system.space(path);
    if (space) return { path, freeBytes: space.freeBytes, totalBytes: space.totalBytes, source: folder.source };
    const parent = flavour.dirname(path);
    if (parent === path) break;
    path = parent;
  }
  return { path: folder.path, freeBytes: null, totalBytes: null, source: folder.source };
}

/** The variable of this process, then the service's, then the service's home, then the user's. */
export async function modelsFolder(system: System): Promise<ModelsFolder | null> {
  const own = unquoted(system.env.OLLAMA_MODELS);
  if (own) return { path: own, source: 'OLLAMA_MODELS' };
  const special =
    system.platform === 'linux'
      ? await linuxService(system)
      : system.platform === 'darwin'
        ? await launchd(system)
        : null;
  if (special) return special;
  if (!system.homeDir) return null;
  const join = system.platform === 'win32' ? win32.join : posix.join;
  return { path: join(system.homeDir, '.ollama', 'models'), source: 'default of this user' };
}

async function linuxService(system: System): Promise<ModelsFolder | null> {
  const service = await ollamaService(system);
  if (service === null) {
    const snap = '/var/snap/ollama/common/models';
    return (await system.exists(snap)) ? { path: snap, source: 'snap' } : null;
  }
  const setting = service.environment.get('OLLAMA_MODELS');
  if (setting?.value.startsWith('/')) return { path: setting.value, source: setting.source };
  const home = service.runsAsRoot ? '/root' : '/usr/share/ollama';
  return { path: `${home}/.ollama/models`, source: `${service.unit}, default of its user` };
}

async function launchd(system: System): Promise<ModelsFolder | null> {
  const result = await system.run('launchctl', ['getenv', 'OLLAMA_MODELS'], {
    timeoutMs: 1000,
    maxBytes: 4096,
    places: ['/bin'],
  });
  const path = result.kind === 'done' && result.exitCode === 0 ? unquoted(result.stdout) : null;
  return path?.startsWith('/') ? { path, source: 'launchctl getenv OLLAMA_MODELS' } : null;
}

const unquoted = (text: string | undefined) =>
  text
    ?.trim()
    .replace(/^["']|["']$/g, '')
    .trim() || null;
