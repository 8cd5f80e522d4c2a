import type { RedisProgram } from './redis-program.ts';

/** What the run's servers are, as each test file needs to know. */
export type SharedStores = {
  readonly postgresUrl: string;
  readonly template: string;
  /** A data folder of the embedded Postgres, to be copied and not to be used. */
  readonly cluster: string;
  readonly redisUrl: string;
  readonly redisProgram: RedisProgram;
};

/** How many numbered databases the shared Redis server has; the first is for the harness. */
export const sharedDatabases = 4096;

// Jest starts its workers with the environment that the global setup leaves behind.
const variable = 'SHORTSTACK_TEST_STORES';

export function shareStores(stores: SharedStores): void {
  process.env[variable] = JSON.stringify(stores);
}

export function sharedStores(): SharedStores {
  const json = process.env[variable];
  if (!json) throw new Error('The servers for tests are not up: run the tests by npm run jest');
  return JSON.parse(json);
}
