import { jest } from '@jest/globals';

// Times that were promised are measured on a machine that may do other things as well, so where a change is decided on a
// test gets a second try. It says so, and the sum counts it.
if (process.env['CI']) jest.retryTimes(1, { logErrorsBeforeRetry: true });
