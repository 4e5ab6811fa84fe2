/** The part of Vitest's JSON report that the count needs. */
export interface TestReport {
  numPassedTests: number;
  numFailedTests: number;
  numFailedTestSuites: number;
  numTotalTests: number;
  testResults: { name: string; assertionResults: { fullName: string; status: string }[] }[];
}

export const allowedSkips: { file: string; begins: string; why: string; platform?: string }[];
export function countTests(
  report: TestReport,
  platform: string,
): { passed: number; failed: number; skipped: number; unexpected: string[] };
