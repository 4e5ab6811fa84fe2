// The bundle as it ships, for the build and for tests.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

/**
 * Bundles the command line, the library, and the program that asks systeminformation in a process of its own into a folder (nothing is
 * written for null); resolves to esbuild's metafile of all.
 */
export async function bundle(folder) {
  const [tool, child] = await Promise.all([
    built(folder, { entryPoints: ['src/cli.ts', 'src/index.ts'], splitting: true, plugins: [lateTogether] }),
    built(folder, {
      entryPoints: { 'chunks/system-information': 'src/machine/host/system-information/child.ts' },
      // systeminformation hands strings to a shell: it gets a child_process that does not.
      alias: { child_process: './src/machine/host/system-information/no-shell.ts' },
    }),
  ]);
  return {
    metafile: {
      inputs: { ...tool.metafile.inputs, ...child.metafile.inputs },
      outputs: { ...tool.metafile.outputs, ...child.metafile.outputs },
    },
  };
}

function built(folder, options) {
  return build({
    absWorkingDir: root,
    outdir: folder ?? 'dist',
    write: folder !== null,
    bundle: true,
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
    ...options,
  });
}

const lateImport = /\bimport\('(\.[^']+\.ts)'\)/g;

/** Which bundle a late import goes to. Imports that need zod are separate, because most commands do not need it. */
function lateBundle(target) {
  return /machine[/\\]file|commands[/\\](fleet|require-file)|ollama[/\\]api[/\\]schemas/.test(target)
    ? 'checked'
    : 'rest';
}

/**
 * Lays what the sources import late into two modules: unpacking eighty small files costs a cold npx more than reading one that is
 * somewhat larger costs a command (`npm run bench`).
 */
const lateTogether = {
  name: 'late-together',
  setup({ onLoad, onResolve }) {
    const source = join(root, 'src');
    const bundles = { checked: [], rest: [] };
    const placeOf = (file, path) => {
      const target = resolve(dirname(file), path);
      const bundle = lateBundle(target);
      if (!bundles[bundle].includes(target)) bundles[bundle].push(target);
      return { bundle, name: `late${bundles[bundle].indexOf(target)}` };
    };
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    for (const file of files.map((name) => join(source, name)).sort()) {
      for (const [, path] of readFileSync(file, 'utf8').matchAll(lateImport)) placeOf(file, path);
    }
    onResolve({ filter: /^late:/ }, ({ path }) => ({ path, namespace: 'late' }));
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      contents: [
        ...bundles[path.slice('late:'.length)].map(
          (target, index) => `export * as late${index} from ${JSON.stringify(target)};`,
        ),
        // What the start has loaded is there already: said here, all of it goes into one file and not into one for each mixture of needs.
        `export * as early from ${JSON.stringify(join(source, 'cli.ts'))};`,
        // So that what the library shares with them is one file too.
        `export * as library from ${JSON.stringify(join(source, 'index.ts'))};`,
      ].join('\n'),
      resolveDir: root,
    }));
    onLoad({ filter: /[/\\]src[/\\].*\.ts$/ }, ({ path: file }) => {
      const contents = readFileSync(file, 'utf8').replace(lateImport, (_, path) => {
        const { bundle, name } = placeOf(file, path);
        return `import('late:${bundle}').then((late) => late.${name})`;
      });
      return { contents, loader: 'ts' };
    });
  },
};
