import { findChromium } from './bin/chromium.ts';

// In a browser where there is one, and always where the tests decide (CI): there a missing one is an error.
const browser = findChromium(process.env) !== undefined || process.env.CI !== undefined;

const project = (name, more = {}) => ({
  displayName: name,
  rootDir: `${import.meta.dirname}/${name}`,
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  testEnvironment: 'node',
  // Not in the temporary folder, which is a new one at each `npm test`.
  cacheDirectory: `${import.meta.dirname}/node_modules/.cache/jest`,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': `${import.meta.dirname}/jest/typescript.cjs` },
  ...more,
});

export default {
  projects: [
    project('app', {
      testPathIgnorePatterns: ['/node_modules/', ...(browser ? [] : ['/tests/browser/'])],
      globalSetup: '<rootDir>/tests/support/global-setup.ts',
      globalTeardown: '<rootDir>/tests/support/global-teardown.ts',
    }),
    project('autoscaler'),
    project('scripts'),
    project('monitoring', { globalSetup: '<rootDir>/tests/support/global-setup.ts' }),
    // What holds for the tree as a whole; the stack has tests and a configuration of its own.
    project('tests', { displayName: 'repository', testMatch: ['<rootDir>/*.test.ts'] }),
  ],
  coverageProvider: 'v8',
  // From here, not from a project's folder. (Beginning with `**/` they cost jest minutes.)
  // Row types are no code: nothing of them is there to run.
  collectCoverageFrom: ['app/src/**/*.ts', 'autoscaler/src/**/*.ts', '!app/src/database.ts', '!app/src/*/table.ts'],
  coverageReporters: ['text-summary', 'lcovonly'],
  coverageThreshold: {
    './autoscaler/src/': { lines: 90, branches: 90 },
    './app/src/': { lines: 90, branches: 90 },
  },
  // A worker keeps what every file has loaded: a new one begins when that is much.
  workerIdleMemoryLimit: '1GB',
  // Ends what hangs, and says nothing of how quick anything should be.
  testTimeout: 120_000,
};
