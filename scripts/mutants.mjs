// `npm run mutants -- src/model/kv-cache.ts ...`: changes the sources one small way at a time and sees whether a test notices.
// Works on a copy in a temporary folder, where it installs Stryker: not part of `npm test`, for it takes minutes to hours.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './bundle.mjs';

const stryker = ['@stryker-mutator/core@9.6.1', '@stryker-mutator/vitest-runner@9.6.1'];
const asked = process.argv.slice(2);
const mutate = asked.length > 0 ? asked : ['src/model/**/*.ts', 'src/advice/**/*.ts'];
const copy = mkdtempSync(join(tmpdir(), 'gemma-fit-mutants-'));
const run = (program, args, stdio = 'inherit') => execFileSync(program, args, { cwd: copy, stdio });

try {
  const files = execFileSync(
    'git',
    ['ls-files', '-z', 'src', 'data', 'test', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  for (const file of files.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], 'ignore');
  run('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', ...stryker], 'ignore');
  writeFileSync(
    join(copy, 'vitest.config.ts'),
    "export default { test: { include: ['test/model/**/*.test.ts', 'test/advice/**/*.test.ts'], testTimeout: 60_000 } };\n",
  );
  writeFileSync(
    join(copy, 'stryker.config.json'),
    JSON.stringify({
      testRunner: 'vitest',
      mutate,
      inPlace: true,
      coverageAnalysis: 'perTest',
      reporters: ['clear-text', 'json'],
      clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
      jsonReporter: { fileName: join(root, 'reports/mutants.json') },
      ignoreStatic: true,
      concurrency: 2,
      timeoutMS: 20_000,
    }),
  );
  run('npx', ['stryker', 'run']);
} finally {
  rmSync(copy, { recursive: true, force: true });
}
