import { expect, test } from '@jest/globals';
import pg from 'pg';
import { call } from '../support/api.ts';
import { query } from '../support/query.ts';
import { startTestService } from '../support/service.ts';

test('a search that takes longer than any statement may → a 422 all the same, and the breaker is closed', async () => {
  // As in the stack.
  await using service = await startTestService({ databaseTimeout: 1_200 });
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query('begin; lock table urls');
  const searches = await Promise.all(Array.from({ length: 4 }, () => call(service, 'GET', '/urls?q=apple')));
  expect(searches.map(({ status }) => status)).toEqual(Array(4).fill(422));
  // What is to be true beside a condition that very many may meet.
  for (const [filter, field] of [
    ['user_id=1&is_active=false', 'is_active'],
    ['tag=a&is_active=true', 'is_active'],
    ['user_id=1&tag=a', 'tag'],
  ])
    expect(await call(service, 'GET', `/urls?${filter}`)).toMatchObject({
      status: 422,
      body: { errors: { [String(field)]: expect.anything() } },
    });
  await client.end();
  const { body } = await call(service, 'GET', '/metrics');
  expect(body).toMatch(/^circuit_breaker_state\{dependency="postgres"\} 0$/m);
});

test('a page and its total may each take their time, together more than one of them may', async () => {
  await using service = await startTestService();
  await call(service, 'POST', '/urls', { original_url: 'https://example.com/apple' });
  // The page reads the urls twice, the total once.
  const slow = `alter table urls rename to own_urls;
    create view urls as select own_urls.* from own_urls cross join (select pg_sleep(0.6)) as slow`;
  await query(service.databaseUrl, slow);
  const { status, headers, body } = await call(service, 'GET', '/urls?q=apple');
  expect([status, headers.get('x-total-count'), (body as unknown[]).length]).toEqual([200, '1', 1]);
});
