import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundle, root } from '../../scripts/bundle.mjs';

type Files = readonly (readonly [path: string, bytes: Buffer])[];
let made: Promise<Files> | undefined;

/** The files of dist, bundled once for all tests of a worker. */
async function distFiles(): Promise<Files> {
  const folder = await mkdtemp(join(tmpdir(), 'gemma-fit-dist-'));
  try {
    await bundle(folder);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    return await Promise.all(paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path)] as const));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes bin and dist as they ship into a folder. */
export async function writeProgram(folder: string): Promise<void> {
  made ??= distFiles();
  for (const [path, bytes] of await made) {
    const file = join(folder, 'dist', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  await cp(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
}
