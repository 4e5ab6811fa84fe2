// Runs speed.ts on a Node that does not read TypeScript: bundled in memory, nothing written.
import { build } from 'esbuild';

const entry = new URL('./speed.ts', import.meta.url).pathname;
const { outputFiles } = await build({
  entryPoints: [entry],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
});
await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
