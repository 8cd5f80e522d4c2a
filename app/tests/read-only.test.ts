import { expect, test } from '@jest/globals';
import pg from 'pg';
import { startTestService } from './support/service.ts';
import { createTestDatabase } from './support/stores.ts';
import { until } from './support/until.ts';

test('a database that takes no changes: writes are refused with 503 and when to try again, links are followed', async () => {
  await using database = await createTestDatabase();
  await using service = await startTestService({ databaseUrl: database.url });
  const make = () =>
    fetch(`${service.url}/shorten`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"url":"https://example.com/"}',
    });
  const { short_code: code } = (await (await make()).json()) as { short_code: string };
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const [{ name }] = (await client.query('select current_database() as name')).rows;
  const set = async (on: boolean) => {
    await client.query('set default_transaction_read_only = off');
    await client.query(`alter database ${name} set default_transaction_read_only = ${on ? 'on' : 'off'}`);
    // Only new sessions obey.
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
      [name],
    );
  };
  try {
    await set(true);
    let refused = await make();
    await until(async () => {
      refused = await make();
      return (await refused.text()).includes('takes no changes');
    });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect((await fetch(`${service.url}/${code}`, { redirect: 'manual' })).status).toBe(302);
    await set(false);
    await until(async () => (await make()).status === 201);
  } finally {
    await client.end();
  }
});
