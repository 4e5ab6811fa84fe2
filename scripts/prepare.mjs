// npm's `prepare`: builds, unless the development packages are missing. npx links a fresh clone and runs this before anyone could install
// anything, and a failure here would leave npx a broken cache.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const missing = Object.keys(devDependencies).filter((name) => !existsSync(join(root, 'node_modules', name)));

if (missing.length === 0) await import('./build.mjs');
else process.stderr.write('gemma-fit: not built: run npm ci\n');
