import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { migrate } from '../../src/platform/migrator.ts';
import { freePort } from './free-port.ts';
import { copyCluster, makeCluster } from './made-cluster.ts';
import { findRedis, thisMachine } from './redis-program.ts';
import { runRedis } from './redis-server.ts';
import { type SharedStores, sharedDatabases } from './shared-stores.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { withDatabase } from './with-database.ts';

/** Starts what all test files of a run share; disposing ends it. */
export async function runStores(): Promise<SharedStores & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const redisProgram = await findRedis(thisMachine);
  const { path } = stack.use(await temporaryFolder());
  const args = ['--databases', String(sharedDatabases)];
  const redis = stack.use(await runRedis(redisProgram, { port: await freePort(), dir: path, args }));
  const cluster = join(path, 'cluster');
  await makeCluster(cluster);
  const postgresUrl = process.env['TEST_DATABASE_URL'] || (await embedded(stack, cluster, path));
  const template = await makeTemplate(stack, postgresUrl);
  const owned = stack.move();
  const dispose = (): Promise<void> => owned.disposeAsync();
  return { postgresUrl, template, cluster, redisUrl: redis.url, redisProgram, [Symbol.asyncDispose]: dispose };
}

// No test of this server outlives it, so what would save its data from a power cut only costs time.
const forgetful = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };

async function embedded(stack: AsyncDisposableStack, cluster: string, dir: string): Promise<string> {
  const dataDir = join(dir, 'postgres');
  await copyCluster(cluster, dataDir);
  const postgres = await startEmbeddedPostgres({ dataDir, settings: forgetful });
  return stack.use(postgres).url;
}

/** The database that test databases are clones of. Nobody may connect to it: a session there would block cloning. */
async function makeTemplate(stack: AsyncDisposableStack, postgresUrl: string): Promise<string> {
  const template = `template_${randomBytes(8).toString('hex')}`;
  const client = new pg.Client({ connectionString: postgresUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  stack.defer(() => client.end());
  await client.query(`create database ${template}`);
  stack.defer(async () => void (await client.query(`drop database if exists ${template} with (force)`)));
  await migrate(withDatabase(postgresUrl, template));
  await client.query(`alter database ${template} allow_connections false`);
  return template;
}
