import { expect, test } from '@jest/globals';
import pg from 'pg';
import { call } from '../support/api.ts';
import { startTestService } from '../support/service.ts';
import { startPostgres } from '../support/stores.ts';

const address = 'https://example.com/a';

test('a row that fails its whole statement fails alone: its neighbours are created', async () => {
  await using service = await startTestService();
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query(`
    create function refuse() returns trigger language plpgsql as $$ begin
      if new.title = 'bad' then raise exception 'not this one'; end if;
      return new;
    end $$;
    create trigger refuse before insert on urls for each row execute function refuse()`);
  await client.end();
  const titles = ['a', 'b', 'bad', 'c', 'd'];
  const answers = await Promise.all(
    titles.map((title) => call(service, 'POST', '/urls', { original_url: address, title })),
  );
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 500, 201, 201]);
});

test('without Postgres creation is a 503 with a time to come back, and works again when it is there', async () => {
  await using postgres = await startPostgres();
  await using service = await startTestService({ databaseUrl: postgres.url, databaseTimeout: 300 });
  const create = () => call(service, 'POST', '/urls', { original_url: address });
  expect((await create()).status).toBe(201);
  await postgres.kill();
  const down = await Promise.all(Array.from({ length: 5 }, create));
  expect(down.map(({ status }) => status)).toEqual(Array(5).fill(503));
  expect(down[0]?.headers.get('retry-after')).toMatch(/^\d+$/);
  await postgres.restart();
  let back = await create();
  while (back.status === 503) back = await create();
  expect(back.status).toBe(201);
  const { headers } = await call(service, 'GET', '/urls');
  expect(headers.get('x-total-count')).toBe('2');
});

test('a service that starts before its Postgres makes codes once that is there', async () => {
  await using postgres = await startPostgres();
  await postgres.kill();
  await using service = await startTestService({ databaseUrl: postgres.url, databaseTimeout: 300 });
  const create = () => call(service, 'POST', '/urls', { original_url: address });
  expect((await create()).status).toBe(503);
  await postgres.restart();
  let back = await create();
  while (back.status === 503) back = await create();
  expect(back).toMatchObject({ status: 201, body: { short_code: expect.stringMatching(/^[0-9A-Za-z]{7}$/) } });
});

test('of two services on one Postgres that went away, the one with another CODE_SECRET makes no codes', async () => {
  await using postgres = await startPostgres();
  await using _ = await startTestService({ databaseUrl: postgres.url, codeSecret: 'the secret of this database' });
  await postgres.kill();
  const overrides = { databaseUrl: postgres.url, databaseTimeout: 300, codeSecret: 'some other secret' };
  await using other = await startTestService(overrides);
  await postgres.restart();
  let read = await call(other, 'GET', '/urls');
  while (read.status === 503) read = await call(other, 'GET', '/urls');
  const refused = await call(other, 'POST', '/urls', { original_url: address });
  expect(refused).toMatchObject({ status: 503, body: { error: 'New codes cannot be made' } });
});
