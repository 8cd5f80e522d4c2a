/** Tests of the whole stack on a real engine: one after another, for they share the machine. */
const only = process.env.STACK_TESTS === 'long' ? 'long/*' : '*';

export default {
  displayName: 'stack',
  rootDir: `${import.meta.dirname}/tests/stack`,
  testMatch: [`<rootDir>/${only}.test.ts`],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': `${import.meta.dirname}/jest/typescript.cjs` },
  setupFilesAfterEnv: ['<rootDir>/support/once-more.ts'],
  globalSetup: '<rootDir>/support/global-setup.ts',
  globalTeardown: '<rootDir>/support/global-teardown.ts',
  maxWorkers: 1,
  testTimeout: 180_000,
};
