const project = (name) => ({
  displayName: name,
  rootDir: `${import.meta.dirname}/${name}`,
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': `${import.meta.dirname}/jest/typescript.cjs` },
});

export default {
  projects: [
    {
      ...project('app'),
      globalSetup: '<rootDir>/tests/support/global-setup.ts',
      globalTeardown: '<rootDir>/tests/support/global-teardown.ts',
    },
    project('autoscaler'),
  ],
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.d.ts'],
  coverageReporters: ['text-summary', 'lcovonly'],
  coverageThreshold: {
    './autoscaler/src/': { lines: 90, branches: 90 },
    './app/src/': { lines: 90, branches: 90 },
  },
  testTimeout: 30_000,
};
