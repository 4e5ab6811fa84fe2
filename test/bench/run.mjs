// `run.mjs NAME ...`: runs NAME.ts beside it on a Node that does not read TypeScript: bundled in memory, nothing written.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const [, , name = ''] = process.argv;
if (!/^[a-z-]+$/.test(name)) throw new Error('Name a benchmark of test/bench: package, peers, speed, advice.');
const here = fileURLToPath(new URL('.', import.meta.url));
const { outputFiles } = await build({
  entryPoints: [join(here, `${name}.ts`)],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  external: ['esbuild'],
  define: { 'import.meta.dirname': JSON.stringify(here), 'import.meta.url': JSON.stringify(import.meta.url) },
});
await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
