// The closing line of a run: what Vitest wrote to reports/tests.json, as "N passed, N failed".
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const file = join(dirname(dirname(fileURLToPath(import.meta.url))), 'reports', 'tests.json');
if (!existsSync(file)) {
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
} else {
  const { numPassedTests, numFailedTests, numFailedTestSuites, numTotalTests } = JSON.parse(readFileSync(file, 'utf8'));
  const failed = Math.max(numFailedTests, numFailedTestSuites > 0 && numFailedTests === 0 ? numFailedTestSuites : 0);
  const skipped = numTotalTests - numPassedTests - numFailedTests;
  console.log(`${numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  if (failed > 0 || numPassedTests === 0) process.exitCode = 1;
}
