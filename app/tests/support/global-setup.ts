import { runStores } from './run-stores.ts';
import { shareStores } from './shared-stores.ts';

/** Jest calls it once, before the workers start. */
export default async function globalSetup(): Promise<void> {
  const stores = await runStores();
  const { postgresUrl, template, cluster, redisUrl, redisProgram } = stores;
  shareStores({ postgresUrl, template, cluster, redisUrl, redisProgram });
  // The one way that jest offers to hand something to the teardown.
  Object.assign(globalThis, { shortstackTestStores: stores });
}
