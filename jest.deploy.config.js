/** Tests of deployments to a server of our own, in a container with sshd and an engine. */
export default {
  displayName: 'deploy',
  rootDir: `${import.meta.dirname}/tests/deploy`,
  testMatch: ['<rootDir>/*.test.ts'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': `${import.meta.dirname}/jest/typescript.cjs` },
  globalSetup: '<rootDir>/support/global-setup.ts',
  globalTeardown: '<rootDir>/support/global-teardown.ts',
  maxWorkers: 1,
  testTimeout: 900_000,
};
