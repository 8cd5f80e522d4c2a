import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import pg from 'pg';
import { createClient } from 'redis';
import { family, state } from './processes.ts';
import { createTestDatabase, startPostgres, startRedis, testRedisUrl } from './stores.ts';

const folder = join(import.meta.dirname, '../../src/platform/migrations');

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('ten databases made at once are all migrated and apart', async () => {
  const migrations = (await readdir(folder)).filter((name) => /^\w+\.sql$/.test(name)).length;
  const databases = await Promise.all(Array.from({ length: 10 }, () => createTestDatabase()));
  await using stack = new AsyncDisposableStack();
  for (const database of databases) stack.use(database);
  expect(new Set(databases.map(({ url }) => url)).size).toBe(10);
  for (const { url } of databases) {
    const [row] = await query(url, 'select count(*)::int as applied from schema_migrations');
    expect(row).toEqual({ applied: migrations });
  }
});

test('a disposed database is gone', async () => {
  const { url, [Symbol.asyncDispose]: dispose } = await createTestDatabase();
  await dispose();
  await expect(query(url, 'select 1')).rejects.toMatchObject({ code: '3D000' });
});

test('two callers of the shared Redis server get two databases', async () => {
  const [one, two] = await Promise.all([testRedisUrl(), testRedisUrl()]);
  expect(one).not.toBe(two);
});

test('an own Redis server, paused, stands still until it is resumed; killed and restarted, it has its log', async () => {
  await using redis = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
  const client = createClient({ url: redis.url, socket: { reconnectStrategy: 10 } });
  client.on('error', () => {});
  await client.connect();
  await client.set('kept', 'yes');
  await redis.pause();
  expect(await state(redis.pid)).toBe('stopped');
  const reply = client.get('kept');
  await redis.resume();
  expect(await reply).toBe('yes');
  const { pid } = redis;
  await redis.kill('SIGKILL');
  await redis.restart();
  expect(redis.pid).not.toBe(pid);
  expect(await client.get('kept')).toBe('yes');
  client.destroy();
});

test('an own Postgres, paused, stands still until it is resumed; killed and restarted, it has its rows', async () => {
  await using postgres = await startPostgres();
  await query(postgres.url, 'create table kept as select 1 as n');
  await postgres.pause();
  const [server, ...sessions] = await Promise.all((await family(postgres.pid)).map(state));
  expect(server).toBe('stopped');
  // A session that had just ended stays in the list, as its frozen parent does not collect it.
  expect(sessions).toContain('stopped');
  expect(sessions).not.toContain('running');
  const reply = query(postgres.url, 'select n from kept');
  await postgres.resume();
  expect(await reply).toEqual([{ n: 1 }]);
  const { pid } = postgres;
  await postgres.kill();
  await postgres.restart();
  expect(postgres.pid).not.toBe(pid);
  expect(await query(postgres.url, 'select n from kept')).toEqual([{ n: 1 }]);
});
