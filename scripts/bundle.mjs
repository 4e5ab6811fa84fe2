// The bundle as it ships, for the build and for tests that run or look into it.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

/** Bundles the command line and the library into a folder (nothing is written for null); resolves to esbuild's result with its metafile. */
export function bundle(folder) {
  return build({
    absWorkingDir: root,
    entryPoints: ['src/cli.ts', 'src/index.ts'],
    outdir: folder ?? 'dist',
    write: folder !== null,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    chunkNames: 'chunks/[name]-[hash]',
    define: { 'globalThis.__GEMMA_FIT_VERSION__': JSON.stringify(version) },
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  });
}
