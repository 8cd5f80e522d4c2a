import { expect, test } from '@jest/globals';
import pg from 'pg';
import { restored } from '../../src/commands/restored.ts';
import { call } from '../support/api.ts';
import { startTestService } from '../support/service.ts';
import { createTestDatabase, testRedisUrl } from '../support/stores.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

type Url = { id: number; short_code: string };

const codeSecret = 'the secret of this database';
const address = (n: number): string => `https://example.com/${n}`;

async function copyOf(url: string, name: string): Promise<AsyncDisposable & { url: string }> {
  const administer = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: withDatabase(url, 'postgres') });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  const [, original = ''] = /\/(test_[0-9a-f]+)/.exec(url) ?? [];
  await administer(`create database ${name} template ${original}`);
  return {
    url: withDatabase(url, name),
    [Symbol.asyncDispose]: () => administer(`drop database ${name} with (force)`),
  };
}

test('after a restore no code and no id comes again, and no cached link of the lost time is followed', async () => {
  await using stack = new AsyncDisposableStack();
  const cacheUrl = await testRedisUrl();
  const { url: databaseUrl } = stack.use(await createTestDatabase());
  const backup = stack.use(await copyOf(databaseUrl, `backup_${Date.now()}`));
  const create = async (service: { url: string }, n: number): Promise<Url> =>
    (await call(service, 'POST', '/urls', { original_url: address(n) })).body as Url;
  const lost: Url[] = [];
  {
    await using service = await startTestService({ databaseUrl, cacheUrl, codeSecret });
    for (let n = 0; n < 5; n += 1) lost.push(await create(service, n));
    const follow = () => call(service, 'GET', `/${lost[0]?.short_code}`);
    const metrics = async () => String((await call(service, 'GET', '/metrics')).body);
    await until(
      async () => (await follow()).status === 302 && /layer="local",result="hit"} [1-9]/.test(await metrics()),
    );
  }
  const printed: string[] = [];
  const env = { DATABASE_URL: backup.url };
  expect(await restored({ env, argv: [], process, print: (line) => printed.push(line) })).toBe(0);
  expect(printed.join('\n')).toContain('caches begin anew');
  await using service = await startTestService({ databaseUrl: backup.url, cacheUrl, codeSecret });
  expect((await call(service, 'GET', `/${lost[0]?.short_code}`)).status).toBe(404);
  const made: Url[] = [];
  for (let n = 0; n < 5; n += 1) made.push(await create(service, n));
  const all = [...lost, ...made];
  expect(new Set(all.map(({ short_code }) => short_code)).size).toBe(10);
  expect(new Set(all.map(({ id }) => id)).size).toBe(10);
});
