import { posix, win32 } from 'node:path';
import type { System } from '../../system/system.ts';

type FolderSystem = Pick<System, 'platform' | 'list' | 'read'>;

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
