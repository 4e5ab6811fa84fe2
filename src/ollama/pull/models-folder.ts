import { posix, win32 } from 'node:path';
import type { System } from '../../system/system.ts';

type FolderSystem = Pick<System, 'platform' | 'env' | 'homeDir' | 'exists' | 'list' | 'read' | 'space'>;

const linuxServiceFolder = '/usr/share/ollama/.ollama/models';

/**
 * Ollama's models folder on this computer. No API tells it, so in order: the blob path in the modelfile of an installed
 * GGUF, OLLAMA_MODELS of this shell, the platform's default (facts section 5). null when the server's own path is not on
 * this computer (a container) or nothing is found.
 */
export async function modelsFolder(system: FolderSystem, modelfile: string | null): Promise<string | null> {
  const told = folderOfModelfile(modelfile ?? '');
  if (told !== null) return (await system.exists(told)) || told === linuxServiceFolder ? told : null;
  const path = system.platform === 'win32' ? win32 : posix;
  const home = system.homeDir && path.join(system.homeDir, '.ollama', 'models');
  const places = [system.env.OLLAMA_MODELS, system.platform === 'linux' ? linuxServiceFolder : null, home];
  for (const place of places) {
    if (place && (await system.exists(place))) return place;
  }
  // Closed to others on many systems, but it lies there when the service was installed.
  const service = system.platform === 'linux' && (await system.exists('/usr/share/ollama'));
  return service ? linuxServiceFolder : null;
}

/** `FROM <folder>/blobs/sha256-…` */
export function folderOfModelfile(modelfile: string): string | null {
  const match = /^FROM\s+"?(.+?)[\\/]blobs[\\/]sha256-[0-9a-f]{64}"?\s*$/m.exec(modelfile);
  return match?.[1] ?? null;
}

/** Free bytes where the folder lies, asking its nearest parent that can be read; null when none can. */
export async function freeBytesOf(system: FolderSystem, folder: string): Promise<number | null> {
  const path = system.platform === 'win32' ? win32 : posix;
  for (let place = folder; ; place = path.dirname(place)) {
    const space = await system.space(place);
    if (space) return space.freeBytes;
    if (path.dirname(place) === place) return null;
  }
}

/** Bytes of these layers that are not yet in the folder: whole blobs and finished pieces of partial ones count as there. */
export async function missingBytes(
  system: FolderSystem,
  folder: string,
  layers: readonly { digest: string; sizeBytes: number }[],
): Promise<number> {
  const path = system.platform === 'win32' ? win32 : posix;
  const names = await system.list(path.join(folder, 'blobs'));
  const present = new Set(names);
  let missing = 0;
  for (const layer of layers) {
    const blob = layer.digest.replace(':', '-');
    if (present.has(blob)) continue;
    const pieces = names.filter((name) => name.startsWith(`${blob}-partial-`));
    const done = await Promise.all(pieces.map((name) => completedOf(system, path.join(folder, 'blobs', name))));
    missing += Math.max(0, layer.sizeBytes - done.reduce((sum, bytes) => sum + bytes, 0));
  }
  return missing;
}

/** A `-partial-N` file is JSON with the bytes done of one piece. */
async function completedOf(system: FolderSystem, file: string): Promise<number> {
  const text = await system.read(file, 4096);
  const done = /"Completed"\s*:\s*(\d{1,15})/.exec(text ?? '');
  return done ? Number(done[1]) : 0;
}
