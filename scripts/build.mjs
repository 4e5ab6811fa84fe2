// Builds what ships: the bundle (ESM, split so that a command loads only what it needs), the types and the licence notices.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { bundle, root } from './bundle.mjs';

const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
const { metafile } = await bundle(dist);
writeNotices(bundledPackages(metafile));
await writeSchema();
execFileSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'scripts/tsconfig.types.json')],
  { stdio: 'inherit' },
);

pruneTypes();

/** Keeps the declarations that index.d.ts reaches; nobody can import the others. */
function pruneTypes() {
  const folder = join(dist, 'types');
  const reached = new Set();
  const visit = (path) => {
    if (reached.has(path)) return;
    reached.add(path);
    const text = readFileSync(path, 'utf8');
    const foreign = /from '([^.'][^']*)'/.exec(text)?.[1];
    if (foreign) throw new Error(`${path} needs the types of ${foreign}, which is not installed with this package.`);
    for (const [, name] of text.matchAll(/(?:from |import\()'?"?(\.[^'"]+)/g)) {
      visit(join(dirname(path), name.replace(/\.js$|\.ts$/, '.d.ts')));
    }
  };
  visit(join(folder, 'index.d.ts'));
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))) {
    if (path.endsWith('.d.ts') && !reached.has(path)) rmSync(path);
  }
}

/** JSON Schema of `check --json`, from the zod types that the tests hold against CheckResult. */
async function writeSchema() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/report/schema.ts'],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  const { publishedSchema } = await import(`data:text/javascript;base64,${code}`);
  mkdirSync(join(dist, 'schema'), { recursive: true });
  writeFileSync(join(dist, 'schema/check.v1.json'), `${JSON.stringify(publishedSchema(), null, 2)}\n`);
}

function bundledPackages(meta) {
  const names = Object.keys(meta.inputs).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

function writeNotices(names) {
  const parts = names.map((name) => {
    const home = join(root, 'node_modules', name);
    const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    const file = ['LICENSE', 'LICENSE.md', 'LICENCE', 'license', 'LICENSE.txt', 'license.md']
      .map((f) => join(home, f))
      .find((f) => existsSync(f));
    const text = file ? readFileSync(file, 'utf8').trim() : '(no licence file in the package)';
    return `${name} ${manifest.version} (${manifest.license})\n\n${text}`;
  });
  mkdirSync(dist, { recursive: true });
  writeFileSync(join(dist, 'THIRD-PARTY-NOTICES'), `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`);
}
