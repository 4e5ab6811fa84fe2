// `run.mjs NAME ...`: runs NAME.ts beside it on a Node that does not read TypeScript: bundled in memory, nothing written.
import { build } from 'esbuild';

const [, , name = ''] = process.argv;
if (!/^[a-z-]+$/.test(name)) throw new Error('Name a benchmark of test/bench: package, peers, speed, advice.');
const { outputFiles } = await build({
  entryPoints: [new URL(`./${name}.ts`, import.meta.url).pathname],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  external: ['esbuild'],
  define: { 'import.meta.dirname': JSON.stringify(import.meta.dirname) },
});
await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
