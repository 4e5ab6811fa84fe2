// Builds what ships: the bundle (ESM, split so that a command loads only what it needs), the types and the licence notices.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

writeFileSync(join(dist, 'index.d.ts'), oneDeclaration(join(dist, 'types/index.d.ts')));
rmSync(join(dist, 'types'), { recursive: true });

/** The declarations reachable from index.d.ts in one file: what the index exports is exported, the rest is only declared. */
function oneDeclaration(index) {
  const parts = new Map();
  const visit = (path) => {
    if (parts.has(path)) return;
    parts.set(path, '');
    const text = readFileSync(path, 'utf8');
    for (const [, name] of text.matchAll(/ from '([^']+)';$/gm)) {
      if (!name.startsWith('.'))
        throw new Error(`${path} needs the types of ${name}, which is not installed with this package.`);
      visit(join(dirname(path), name.replace(/\.ts$/, '.d.ts')));
    }
    const own = text.replace(/^import [^;]*;\n/gm, '');
    if (path === index) parts.set(path, own.replace(/^(export (?:type )?\{[^}]*\}) from '[^']+';$/gm, '$1;'));
    else
      parts.set(
        path,
        own.replace(/^export (?:type )?\{[^}]*\}(?: from '[^']+')?;\n/gm, '').replace(/^export (?=[a-z])/gm, ''),
      );
  };
  visit(index);
  const all = [...parts.values()].reverse().join('');
  const names = [
    ...all.matchAll(/^(?:export )?(?:declare )?(?:abstract )?(?:type|interface|class|function|const) (\w+)/gm),
  ].map(([, name]) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice) throw new Error(`The library's declarations name ${twice} twice.`);
  return all;
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
