import { expect, test } from '@jest/globals';
import { judgeJest, secondTries, summary } from '../bin/verdict.ts';

const good = {
  numPassedTests: 12,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

test.each([
  ['all is well', good, 0, { passed: 12, failed: 0 }],
  ['tests fail', { ...good, numFailedTests: 2 }, 1, { passed: 12, failed: 2 }],
  ['a file cannot be run', { ...good, numRuntimeErrorTestSuites: 1 }, 1, { passed: 12, failed: 1 }],
  ['a test was skipped', { ...good, numPendingTests: 1 }, 0, { passed: 12, failed: 1, note: '1 skipped' }],
  ['jest left no report', undefined, 1, { passed: 0, failed: 1, note: 'jest did not run' }],
])('jest: %s', (_, report, code, verdict) => {
  expect(judgeJest(report, code)).toEqual(verdict);
});

test('jest: nothing failed, and yet it exits with an error: that counts', () => {
  expect(judgeJest(good, 1)).toMatchObject({ passed: 12, failed: 1 });
});

test('the last line is the sum of all parts', () => {
  const parts = [
    { name: 'lint', passed: 1, failed: 0, seconds: 2.4 },
    { name: 'tests', passed: 10, failed: 2, seconds: 60, note: 'see above' },
  ];
  expect(summary(parts).split('\n')).toEqual([
    'lint   passed  (2 s)',
    'tests  FAILED  (60 s, 10 passed, 2 failed; see above)',
    '11 passed, 2 failed',
  ]);
});

test('who passed at the second try is named, whoever passed at once or never is not', () => {
  const of = (fullName: string, status: string, invocations?: number) => ({
    fullName,
    status,
    ...(invocations !== undefined && { invocations }),
  });
  const assertionResults = [
    of('at once', 'passed', 1),
    of('again', 'passed', 2),
    of('never', 'failed', 2),
    of('old', 'passed'),
  ];
  expect(secondTries({ ...good, testResults: [{ assertionResults }] })).toEqual(['again']);
  expect(secondTries(good)).toEqual([]);
});
