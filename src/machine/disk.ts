import { posix, win32 } from 'node:path';
import type { System } from './system.ts';
import type { Disk } from './types.ts';

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

const unitFolders = ['/etc/systemd/system', '/run/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'];

async function linuxService(system: System): Promise<ModelsFolder | null> {
  for (const folder of unitFolders) {
    const unit = `${folder}/ollama.service`;
    const text = await system.read(unit, 64 * 1024);
    if (text === null) continue;
    const extras = await dropIns(system);
    const named = [...extras, { file: unit, text }]
      .map(({ file, text }) => ({ file, path: settingOf(text) }))
      .find(({ path }) => path);
    if (named?.path) return { path: named.path, source: named.file };
    const byRoot = /^User=root\s*$/m.test(text);
    return {
      path: byRoot ? '/root/.ollama/models' : '/usr/share/ollama/.ollama/models',
      source: `${unit}, default of its user`,
    };
  }
  const snap = '/var/snap/ollama/common/models';
  return (await system.exists(snap)) ? { path: snap, source: 'snap' } : null;
}

/** Drop-in files of the unit, the last one first: it wins. */
async function dropIns(system: System): Promise<{ file: string; text: string }[]> {
  const found: { file: string; text: string }[] = [];
  for (const folder of unitFolders.slice(0, 2)) {
    for (const name of (await system.list(`${folder}/ollama.service.d`)).filter((file) => file.endsWith('.conf'))) {
      const file = `${folder}/ollama.service.d/${name}`;
      found.unshift({ file, text: (await system.read(file, 64 * 1024)) ?? '' });
    }
  }
  return found;
}

/** `Environment="OLLAMA_MODELS=/data/models"`, also among others in one line; a commented line does not count. */
function settingOf(text: string): string | null {
  const lines = text.split('\n').filter((line) => /^\s*Environment=/.test(line));
  const values = lines.flatMap((line) => /\bOLLAMA_MODELS=("[^"]*"|'[^']*'|[^\s"']+)/.exec(line)?.[1] ?? []);
  const value = unquoted(values.at(-1));
  return value?.startsWith('/') ? value : null;
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
