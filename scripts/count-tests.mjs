// Prints the summary of a run from reports/tests.json: "N passed, N failed, N skipped". A test may be skipped only for a reason listed
// here; any other skip fails the run, so that no test is lost unnoticed.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Tests by file and start of their full name; `platform`: only that system may skip them. */
export const allowedSkips = [
  { file: 'test/ollama/real.test.ts', begins: 'a real Ollama', why: 'needs a running Ollama' },
  { file: 'test/real/commands.test.ts', begins: 'the commands against a real Ollama', why: 'needs an Ollama program' },
  { file: 'test/real/fake.test.ts', begins: 'the fake server says nothing', why: 'needs an Ollama program' },
  { file: 'test/planner/page.test.ts', begins: 'the planner in a real browser', why: 'needs Chromium' },
  { file: 'test/report/html.test.ts', begins: 'html in a real browser', why: 'needs Chromium' },
  { file: 'test/report/completion.test.ts', begins: 'zsh', why: 'needs zsh' },
  { file: 'test/report/completion.test.ts', begins: 'fish', why: 'needs fish' },
  {
    file: 'test/faults/programs.test.ts',
    begins: 'compiled code compiled code is kept',
    why: 'needs a Node that keeps compiled code (22.1)',
  },
  { file: 'test/faults/', begins: '', platform: 'darwin', why: 'needs a part of Linux: /proc, /dev/full' },
  ...[
    'test/cli/fleet-input.test.ts',
    'test/cli/refusals.test.ts',
    'test/faults/',
    'test/machine/',
    'test/report/action.test.ts',
    'test/report/completion.test.ts',
    'test/commands/run-chat.test.ts',
    'test/system/',
  ].map((file) => ({ file, begins: '', platform: 'win32', why: 'needs POSIX shells, signals or file permissions' })),
];

/** Counts of a report, and the names of unexpectedly skipped tests. */
export function countTests(report, platform) {
  const { numPassedTests: passed, numFailedTests, numFailedTestSuites, numTotalTests } = report;
  const failed = Math.max(numFailedTests, numFailedTestSuites > 0 && numFailedTests === 0 ? numFailedTestSuites : 0);
  const unexpected = report.testResults.flatMap(({ name, assertionResults }) => {
    const file = relative(root, name).replaceAll(sep, '/');
    const skipped = assertionResults.filter(({ status }) => !['passed', 'failed'].includes(status));
    return skipped
      .filter(({ fullName }) => !mayBeSkipped(file, fullName, platform))
      .map(({ fullName }) => `${file}: ${fullName}`);
  });
  return { passed, failed, skipped: numTotalTests - passed - numFailedTests, unexpected };
}

function mayBeSkipped(file, fullName, platform) {
  return allowedSkips.some(
    (allowed) =>
      file.startsWith(allowed.file) &&
      fullName.trim().startsWith(allowed.begins) &&
      (allowed.platform === undefined || allowed.platform === platform),
  );
}

function main() {
  const file = join(root, 'reports', 'tests.json');
  if (!existsSync(file)) {
    console.log('0 passed, 1 failed');
    process.exitCode = 1;
    return;
  }
  const { passed, failed, skipped, unexpected } = countTests(JSON.parse(readFileSync(file, 'utf8')), process.platform);
  for (const name of unexpected) console.log(`Skipped, and not allowed to be (scripts/count-tests.mjs): ${name}`);
  const lost = failed + unexpected.length;
  console.log(
    `${passed} passed, ${lost} failed${skipped > unexpected.length ? `, ${skipped - unexpected.length} skipped` : ''}`,
  );
  if (lost > 0 || passed === 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
