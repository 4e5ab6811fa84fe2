import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allowedSkips, countTests } from '../../scripts/count-tests.mjs';
import { root } from './sources.ts';

const report = (file: string, fullName: string, status: string) => ({
  numPassedTests: 5,
  numFailedTests: 0,
  numFailedTestSuites: 0,
  numTotalTests: 6,
  testResults: [{ name: join(root, file), assertionResults: [{ fullName, status }] }],
});

describe('the count at the end of a run', () => {
  it.each(allowedSkips.filter(({ platform }) => platform === undefined))(
    'the count at the end of a run allows $file to skip: $why',
    (allowed) => {
      const counted = countTests(report(allowed.file, `${allowed.begins} does a thing`, 'skipped'), 'linux');
      expect(counted).toMatchObject({ passed: 5, failed: 0, skipped: 1, unexpected: [] });
    },
  );

  it.each(['skipped', 'pending', 'todo'])('the count at the end of a run names any other test that is %s', (status) => {
    const counted = countTests(report('test/model/fit.test.ts', 'fits', status), 'linux');
    expect(counted.unexpected).toEqual(['test/model/fit.test.ts: fits']);
  });

  it('the count at the end of a run allows what needs POSIX on Windows only', () => {
    const skipped = report('test/machine/system.test.ts', 'running a program ends', 'skipped');
    expect(countTests(skipped, 'win32').unexpected).toEqual([]);
    expect(countTests(skipped, 'linux').unexpected).toHaveLength(1);
  });

  it('the count at the end of a run counts a file that did not load as failed', () => {
    const broken = { ...report('test/x.test.ts', 'x', 'passed'), numFailedTestSuites: 2 };
    expect(countTests(broken, 'linux').failed).toBe(2);
  });
});
