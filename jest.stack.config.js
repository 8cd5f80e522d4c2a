/** Tests of the whole stack on a real engine: one after another, for they share the machine. */
const core = [
  'autoscaler-faults',
  'certificates',
  'compose-beside',
  'containers',
  'dashboard',
  'drills',
  'edge',
  'edge-limits',
  'healing',
  'monitoring',
  'other-service',
  'releases',
  'scaling',
  'verbs',
];
/** `core` is what decides on each change, in less than half an hour; `usual` are all but those that take long. */
const sets = { core, usual: ['*'], long: ['long/*'] };
const chosen = sets[process.env.STACK_TESTS ?? 'usual'];

export default {
  displayName: 'stack',
  rootDir: `${import.meta.dirname}/tests/stack`,
  testMatch: chosen.map((name) => `<rootDir>/${name}.test.ts`),
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': `${import.meta.dirname}/jest/typescript.cjs` },
  setupFilesAfterEnv: ['<rootDir>/support/once-more.ts'],
  globalSetup: '<rootDir>/support/global-setup.ts',
  globalTeardown: '<rootDir>/support/global-teardown.ts',
  maxWorkers: 1,
  testTimeout: 180_000,
};
