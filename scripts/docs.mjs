// Writes docs/codes.md from src/report/explanations; with --check it only says whether the page is up to date.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { root } from './bundle.mjs';

const file = join(root, 'docs/codes.md');
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['src/report/explain-code.ts'],
  bundle: true,
  format: 'esm',
  platform: 'node',
  write: false,
});
const code = Buffer.from(outputFiles[0].contents).toString('base64');
const { codesPage } = await import(`data:text/javascript;base64,${code}`);
if (process.argv.includes('--check')) process.exitCode = readFileSync(file, 'utf8') === codesPage() ? 0 : 1;
else {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, codesPage());
}
