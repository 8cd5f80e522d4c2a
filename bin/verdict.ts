/** What one part of the tests came to. */
export type Verdict = { name: string; passed: number; failed: number; seconds: number; note?: string };

/** The fields of jest's own report that count. */
export type JestReport = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
  testResults?: { assertionResults: { fullName: string; status: string; invocations?: number }[] }[];
};

/** Names of the tests that failed and then passed, where such a second try is given. */
export const secondTries = ({ testResults = [] }: JestReport): string[] =>
  testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status, invocations = 1 }) => status === 'passed' && invocations > 1)
    .map(({ fullName }) => fullName);

/**
 * Jest's report in numbers. A test that was skipped counts as failed, as nobody would see it otherwise; so does a file
 * that could not be run; and a bad exit with no failed test is the coverage floor. No report at all is a failure.
 */
export function judgeJest(report: JestReport | undefined, exitCode: number): Omit<Verdict, 'name' | 'seconds'> {
  if (!report) return { passed: 0, failed: 1, note: 'jest did not run' };
  const skipped = report.numPendingTests + report.numTodoTests;
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites + skipped;
  if (failed === 0 && exitCode !== 0) {
    return { passed: report.numPassedTests, failed: 1, note: 'below the coverage floor, or not ended well: see above' };
  }
  return { passed: report.numPassedTests, failed, ...(skipped > 0 && { note: `${skipped} skipped` }) };
}

/** A table of all parts, and as its last line the sum. */
export function summary(verdicts: readonly Verdict[]): string {
  const width = Math.max(...verdicts.map(({ name }) => name.length));
  const rows = verdicts.map(({ name, passed, failed, seconds, note }) => {
    const outcome = failed === 0 ? 'passed' : 'FAILED';
    const counts = passed + failed > 1 ? `, ${passed} passed, ${failed} failed` : '';
    return `${name.padEnd(width)}  ${outcome}  (${Math.round(seconds)} s${counts}${note ? `; ${note}` : ''})`;
  });
  const sum = (key: 'passed' | 'failed') => verdicts.reduce((total, verdict) => total + verdict[key], 0);
  return [...rows, `${sum('passed')} passed, ${sum('failed')} failed`].join('\n');
}
