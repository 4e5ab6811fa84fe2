// `npm run mutants [-- src/model/memory/kv-cache.ts ...]`: changes the sources one small way at a time and sees whether a test notices.
// Works on a copy in a temporary folder, where it installs Stryker; not part of `npm test`, for it takes most of an hour.
// Prints the score of each file; what no test noticed goes to reports/mutants.txt.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './bundle.mjs';

const stryker = ['@stryker-mutator/core@9.6.1', '@stryker-mutator/vitest-runner@9.6.1'];

/** The tests of a folder; the whole suite would take a day. */
const rooms = {
  'src/model': [
    'test/model/**/*.test.ts',
    'test/gguf/**/*.test.ts',
    'test/ollama/gguf.test.ts',
    'test/bench/*.test.ts',
  ],
  'src/server-rules': [
    'test/server-rules/**/*.test.ts',
    'test/advice/**/*.test.ts',
    'test/ollama/**/{choice,plan,checks}.test.ts',
  ],
  'src/advice': [
    'test/advice/**/*.test.ts',
    'test/data/*.test.ts',
    'test/cli/{require-file,fleet-input}.test.ts',
    'test/report/human.test.ts',
    'test/ollama/**/{plan,checks}.test.ts',
  ],
};

/** A few files at a time: instrumented code is several times slower. */
const groupBytes = 14_000;
const copy = mkdtempSync(join(tmpdir(), 'gemma-fit-mutants-'));
const run = (program, args, stdio = 'ignore') => execFileSync(program, args, { cwd: copy, stdio });

try {
  prepare();
  const asked = process.argv.slice(2);
  const results = Object.keys(rooms).flatMap((room) => {
    const files = readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${room}/${name.replaceAll('\\', '/')}`);
    const chosen = asked.length > 0 ? files.filter((file) => asked.includes(file)) : files;
    return groupsOf(chosen).flatMap((group) => changed(room, group));
  });
  report(results);
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function prepare() {
  const wanted = ['src', 'data', 'test', 'scripts', 'package.json', 'package-lock.json'];
  const files = execFileSync('git', ['ls-files', '-z', ...wanted], { cwd: root, encoding: 'utf8' });
  for (const file of files.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  run('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', ...stryker]);
  writeFileSync(
    join(copy, 'setup.ts'),
    "import fc from 'fast-check';\nfc.configureGlobal({ seed: 20261124, endOnFailure: true });\n",
  );
}

function groupsOf(files) {
  const groups = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const file of files) {
    const size = statSync(join(root, file)).size;
    if (bytes + size > groupBytes) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1).push(file);
    bytes += size;
  }
  return groups;
}

/** Runs Stryker over a few files; resolves to the status of each mutant, by file. */
function changed(room, mutate) {
  const include = JSON.stringify(rooms[room]);
  writeFileSync(
    join(copy, 'vitest.config.ts'),
    `export default { test: { include: ${include}, testTimeout: 60_000, isolate: false, setupFiles: ['setup.ts'] } };\n`,
  );
  writeFileSync(
    join(copy, 'stryker.config.json'),
    JSON.stringify({
      testRunner: 'vitest',
      mutate,
      coverageAnalysis: 'perTest',
      vitest: { related: false },
      reporters: ['json'],
      jsonReporter: { fileName: 'mutants.json' },
      // Constants are read once, when a module is loaded: each would need a run of its own.
      ignoreStatic: true,
      concurrency: 2,
      timeoutMS: 6000,
      timeoutFactor: 2,
    }),
  );
  run('npx', ['stryker', 'run']);
  const { files } = JSON.parse(readFileSync(join(copy, 'mutants.json'), 'utf8'));
  for (const [file, { mutants }] of Object.entries(files)) console.log(lineOf(file, mutants));
  return Object.entries(files).map(([file, { source, mutants }]) => ({ file, source, mutants }));
}

function report(results) {
  const mutants = results.flatMap((result) => result.mutants);
  console.log(lineOf('all', mutants));
  const text = results.flatMap(({ file, source, mutants }) => {
    const lines = source.split('\n');
    return mutants.filter(isMissed).map(({ location: { start, end }, replacement }) => {
      const last = start.line === end.line ? end.column - 1 : undefined;
      const was = (lines[start.line - 1] ?? '').slice(start.column - 1, last);
      return `${file}:${start.line}:${start.column} ${was} => ${replacement.replace(/\s+/g, ' ')}\n`;
    });
  });
  mkdirSync(join(root, 'reports'), { recursive: true });
  writeFileSync(join(root, 'reports/mutants.txt'), text.join(''));
}

function isMissed({ status }) {
  return status === 'Survived' || status === 'NoCoverage';
}

function lineOf(name, mutants) {
  const noticed = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
  const missed = mutants.filter(isMissed).length;
  const score = noticed + missed === 0 ? '-' : `${((100 * noticed) / (noticed + missed)).toFixed(1)} %`;
  return `${score.padStart(8)} ${name}: ${noticed} noticed, ${missed} missed`;
}
