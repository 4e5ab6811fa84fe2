import { posix, win32 } from 'node:path';
import type { System } from '../../system/system.ts';
import type { Disk } from '../types.ts';
import { type ModelsFolder, modelsFolder } from './models-folder.ts';

/** Free space where Ollama keeps models. null when no folder can be named. Never throws. */
export async function readDisk(system: System): Promise<Disk | null> {
  const folder = await modelsFolder(system);
  return folder === null ? null : diskOf(system, folder);
}

/** The file system that a folder lies on, or will lie on: asked at its nearest parent that can be read. */
export async function diskOf(system: System, folder: Pick<ModelsFolder, 'path' | 'source'>): Promise<Disk> {
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
