// `npm run site [-- FOLDER]`: the planner page as static files: index.html and planner.js, without a server, under any path.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root, version } from './bundle.mjs';

/** Empties a folder and writes the page into it; resolves to the size of its script, bytes. */
export async function buildSite(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // A classic script, because pages opened from a file cannot load modules.
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/planner/main.ts'],
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    // cli-table3 asks for it to colour frames, which no table of ours has, and does without.
    external: ['@colors/colors/safe'],
    define: { 'globalThis.__GEMMA_FIT_VERSION__': JSON.stringify(version) },
    write: false,
  });
  writeFileSync(join(folder, 'planner.js'), outputFiles[0].contents);
  writeFileSync(join(folder, 'index.html'), (await page())('planner.js'));
  return outputFiles[0].contents.length;
}

async function page() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/planner/page.ts'],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    write: false,
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  return (await import(`data:text/javascript;base64,${code}`)).plannerPage;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = process.argv[2] ?? join(root, 'site');
  const bytes = await buildSite(folder);
  console.log(`${folder}: index.html and planner.js (${(bytes / 1000).toFixed(0)} kB)`);
}
