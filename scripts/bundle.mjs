// The bundle as it ships, for the build and for tests that run or look into it.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
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
    plugins: [lateTogether],
    chunkNames: 'chunks/[name]-[hash]',
    define: { 'globalThis.__GEMMA_FIT_VERSION__': JSON.stringify(version) },
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  });
}

const lateImport = /\bimport\('(\.[^']+\.ts)'\)/g;

/** Which bundle a late import goes to. What brings zod is apart, for most commands need none; systeminformation stays alone. */
function lateBundle(target) {
  if (/system-information[/\\]child/.test(target)) return null;
  return /machine[/\\]file|commands[/\\](fleet|require-file)|ollama[/\\]schemas/.test(target) ? 'checked' : 'rest';
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
      if (bundle === null) return null;
      if (!bundles[bundle].includes(target)) bundles[bundle].push(target);
      return { bundle, name: `late${bundles[bundle].indexOf(target)}` };
    };
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    for (const file of files.map((name) => join(source, name)).sort()) {
      for (const [, path] of readFileSync(file, 'utf8').matchAll(lateImport)) placeOf(file, path);
    }
    onResolve({ filter: /^late:/ }, ({ path }) => ({ path, namespace: 'late' }));
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      contents: bundles[path.slice('late:'.length)]
        .map((target, index) => `export * as late${index} from ${JSON.stringify(target)};`)
        .join('\n'),
      resolveDir: root,
    }));
    onLoad({ filter: /[/\\]src[/\\].*\.ts$/ }, ({ path: file }) => {
      const contents = readFileSync(file, 'utf8').replace(lateImport, (found, path) => {
        const place = placeOf(file, path);
        return place === null ? found : `import('late:${place.bundle}').then((late) => late.${place.name})`;
      });
      return { contents, loader: 'ts' };
    });
  },
};
